"""Measures of sequence models: closed forms, heads made by hand, and slow twins."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import torch

from phasescope.measures.attention_progress import ATTENTION_PROGRESS, share_on
from phasescope.measures.repetition_rate import REPETITION_RATE, repeated
from phasescope.measures.token_cosine import TOKEN_COSINE, pair_cosine
from phasescope.measures.written_accuracy import WRITTEN_ACCURACY

from .applicable import sequential


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape))


def test_repetition_of_known_rows() -> None:
    rows = torch.tensor([[[1, 1, 1, 1], [1, 2, 2, 3]], [[0, 1, 2, 3], [3, 2, 1, 0]]])
    assert repeated(rows).tolist() == pytest.approx([4 / 6, 0])
    assert torch.isnan(repeated(rows[:, :, :1])).all()


@pytest.mark.parametrize("model", ["transformer", "rnn"])
def test_answers_are_written_from_the_prompt_alone(model: str) -> None:
    """A slow twin: one sequence at a time, and the rest of the input is filled with what must not matter."""
    checkpoint = sequential(model)
    network, probe = checkpoint.network, checkpoint.examples.probe
    for run, example in ((0, 0), (4, 7)):
        weights = {name: values[run] for name, values in checkpoint.weights().items()}
        tokens = probe.inputs[run, example].clone()
        tokens[6:] = 3
        written = []
        for place in range(5, 10):
            written.append(int(network.model.forward(weights, tokens[None])[0][0, place].argmax()))
            if place < 9:
                tokens[place + 1] = written[-1]
        assert checkpoint.written()[run, example].tolist() == written
    assert checkpoint.written().shape == (5, 64, 5)


def test_accuracy_and_repetition_of_what_is_written() -> None:
    checkpoint = sequential()
    written, right = checkpoint.written().numpy(), checkpoint.examples.probe.targets[:, :64, -5:].numpy()
    values = WRITTEN_ACCURACY.measure(checkpoint) | REPETITION_RATE.measure(checkpoint)
    np.testing.assert_allclose(values["written_accuracy"], (written == right).mean((1, 2)))
    np.testing.assert_allclose(values["written_accuracy_at.3"], (written == right)[:, :, 2].mean(1))
    assert "written_accuracy_at.6" not in values
    np.testing.assert_allclose(values["repetition_rate"], (written[..., 1:] == written[..., :-1]).mean((1, 2)))
    assert 0.1 < float(values["repetition_rate_of_data"][0]) < 0.3  # of five tokens, nearly one in five
    assert (values["written_accuracy"] > 0.2).any()


def test_cosine_between_tokens_by_a_loop() -> None:
    vectors = normal(2, 3, 4, 5) + 0.5
    unit = (vectors / vectors.norm(dim=-1, keepdim=True)).numpy()
    expected = [np.mean([u[i] @ u[j] for u in run for i, j in combinations(range(4), 2)]) for run in unit]
    np.testing.assert_allclose(pair_cosine(vectors), expected, rtol=1e-12)
    assert pair_cosine(torch.ones(1, 2, 3, 4).double()).item() == pytest.approx(1)
    assert torch.isnan(pair_cosine(vectors[:, :, :1])).all()


def test_the_first_answered_position_and_the_prompt_do_not_count() -> None:
    checkpoint = sequential()
    states = checkpoint.states()
    assert set(states) == {"embedding", "block_1.attention", "block_1.hidden", "block_1", "norm"}
    before = TOKEN_COSINE.measure(checkpoint)["token_cosine.norm"].clone()
    np.testing.assert_allclose(before, pair_cosine(states["norm"][:, :, 6:]))
    centred = states["norm"] - states["norm"].mean((1, 2), keepdim=True)
    np.testing.assert_allclose(
        TOKEN_COSINE.measure(checkpoint)["token_cosine_centred.norm"], pair_cosine(centred[:, :, 6:])
    )


def test_share_of_attention_on_a_map() -> None:
    sizes = torch.tensor([[1.0, 0, 0], [1, 3, 0], [2, 2, 4]]).expand(1, 2, 1, 3, 3)
    best = torch.zeros(1, 2, 3, 3, dtype=torch.bool)
    best[0, 0, 1, 1] = best[0, 0, 2, 0] = best[0, 0, 2, 2] = True
    assert share_on(sizes, best).item() == pytest.approx((3 + 2 + 4) / 12)  # the second example has no row
    best[0, 1, 2, 0] = True
    assert share_on(sizes, best).item() == pytest.approx((9 / 12 + 2 / 8) / 2)
    assert torch.isnan(share_on(sizes, best & False)).all()


@pytest.mark.parametrize("attention", ["softmax", "linear"])
def test_attention_progress_by_a_loop(attention: str) -> None:
    checkpoint = sequential(attention=attention)
    run, model = 3, checkpoint.network.model
    weights = {name: values[run] for name, values in checkpoint.weights().items()}
    maps = model.attention_maps(weights, checkpoint.examples.probe.inputs[run, :64])["block_1.attention_weights"]
    columns = {5: [0], 6: [0, 1], 7: [1, 2], 8: [2, 3], 9: [3, 4]}
    sizes = np.abs(maps.numpy())[:, 1]
    on = sum(sizes[:, row, seen].sum(1) for row, seen in columns.items())
    expected = (on / sizes[:, 5:].sum((1, 2))).mean()
    found = ATTENTION_PROGRESS.measure(checkpoint)
    assert float(found["attention_progress.block_1.head_2"][run]) == pytest.approx(expected, rel=1e-9)
    assert list(found) == ["attention_progress.block_1.head_1", "attention_progress.block_1.head_2"]
