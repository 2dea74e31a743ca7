"""Swap symmetry: by loops, and of networks that know exactly one thing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.swap_symmetry import SWAP_SYMMETRY

from .applicable import modular


def answering(checkpoint: Checkpoint, answers: torch.Tensor) -> Checkpoint:
    """The same checkpoint with a network that answers (p, p) as told."""
    kept: dict[str, Any] = {}
    for name, split in (("train", checkpoint.examples.train), ("test", checkpoint.examples.test)):
        said = answers[split.inputs[..., 0], split.inputs[..., 1]]
        kept[f"{name} now"] = (torch.nn.functional.one_hot(said, len(answers)).double(), {})
    return replace(checkpoint, _kept=kept)


def test_by_loops() -> None:
    checkpoint = modular("mlp", modulus=11)
    found = SWAP_SYMMETRY.measure(checkpoint)
    examples = checkpoint.examples
    outputs = {"train": checkpoint.outputs("train"), "test": checkpoint.outputs("test")}
    for row in range(5):
        counts = {"train": int(examples.train.counts[row]), "test": int(examples.test.counts[row])}
        pairs = {"train": examples.train.inputs[row], "test": examples.test.inputs[row]}
        said = {
            tuple(pairs[split][place].tolist()): int(outputs[split][row, place].argmax())
            for split, count in counts.items()
            for place in range(count)
        }
        known = {tuple(pair) for pair in pairs["train"][: counts["train"]].tolist()}
        asked = [tuple(pair) for pair in pairs["test"][: counts["test"]].tolist()]
        right = {pair: said[pair] == sum(pair) % 11 for pair in asked}
        seen = [pair for pair in asked if pair[::-1] in known]
        unseen = [pair for pair in asked if pair[::-1] not in known]
        assert 0 < len(seen) < len(asked)
        assert float(found["swap_level"][row]) == pytest.approx(len(seen) / len(asked))
        assert float(found["mirrored_accuracy"][row]) == pytest.approx(sum(right[p] for p in seen) / len(seen))
        assert float(found["unmirrored_accuracy"][row]) == pytest.approx(sum(right[p] for p in unseen) / len(unseen))
        alike = [said[x, y] == said[y, x] for x in range(11) for y in range(x + 1, 11)]
        assert float(found["swap_agreement"][row]) == pytest.approx(sum(alike) / len(alike))
        whole = (
            found["swap_level"] * found["mirrored_accuracy"] + (1 - found["swap_level"]) * found["unmirrored_accuracy"]
        )
        assert torch.allclose(whole, checkpoint.accuracy("test"))


def test_who_knows_the_order_makes_no_difference_and_the_training_pairs_stands_at_the_level() -> None:
    checkpoint = modular("mlp", modulus=11)
    sides = torch.arange(11)
    sums = (sides[:, None] + sides[None]) % 11
    train = checkpoint.examples.train
    for row in range(5):
        one = replace(checkpoint, examples=checkpoint.examples.of(torch.tensor([row])), runs=(row,), _kept={})
        known = torch.zeros(11, 11, dtype=torch.bool)
        for x, y in train.inputs[row, : int(train.counts[row])].tolist():
            known[x, y] = known[y, x] = True
        found = SWAP_SYMMETRY.measure(answering(one, torch.where(known, sums, (sums + 1) % 11)))
        assert float(found["mirrored_accuracy"]) == 1
        assert float(found["unmirrored_accuracy"]) == 0
        assert float(found["swap_agreement"]) == 1
        right = answering(one, torch.where(known, sums, (sums + 1) % 11)).accuracy("test")
        assert float(found["swap_level"]) == pytest.approx(float(right))


def test_who_answers_with_the_first_side_never_agrees_with_itself_swapped() -> None:
    checkpoint = modular("mlp", modulus=11)
    first = torch.arange(11)[:, None].expand(11, 11)
    assert SWAP_SYMMETRY.measure(answering(checkpoint, first))["swap_agreement"].tolist() == [0.0] * 5
