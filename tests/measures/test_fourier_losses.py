"""Restricted and excluded loss: planted frequencies, and a slow twin by least squares on cosines and sines."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import logsumexp

from phasescope.core.spec import RunSpec
from phasescope.engine.train import train
from phasescope.measures.fourier_losses import FOURIER_LOSSES, by_residue_loss, key_part
from phasescope.tasks.modular_arithmetic import ModularArithmetic

from .applicable import modular


def table(modulus: int) -> tuple[torch.Tensor, torch.Tensor]:
    """All pairs, and their sums."""
    sides = torch.arange(modulus)
    pairs = torch.cartesian_prod(sides, sides)
    return pairs, pairs.sum(1) % modulus


def planted(modulus: int, sizes: dict[int, float]) -> torch.Tensor:
    """(1, p², p) Σ size · cos(2πk(x + y − z)/p): what a network that adds by these frequencies answers."""
    _, sums = table(modulus)
    away = (sums[:, None] - torch.arange(modulus)[None]).double()
    waves = [size * torch.cos(2 * torch.pi * k * away / modulus) for k, size in sizes.items()]
    return torch.stack(waves).sum(0)[None]


@pytest.mark.parametrize("modulus", [11, 12])
def test_planted_frequencies_are_found_and_are_all_there_is(modulus: int) -> None:
    logits = planted(modulus, {4: 3.0, 2: 7.0})
    keys, share, wave = key_part(logits, table(modulus)[1], 2)
    assert keys.tolist() == [[2, 4]]
    assert share.item() == pytest.approx(1)
    np.testing.assert_allclose(wave[:, table(modulus)[1]], logits, atol=1e-12)
    by_pair = torch.nn.functional.cross_entropy(logits[0], table(modulus)[1])
    assert by_residue_loss(wave).item() == pytest.approx(float(by_pair))
    one, share, _ = key_part(logits, table(modulus)[1], 1)
    assert (one.item(), share.item()) == (2, pytest.approx(49 / 58))


def test_what_is_no_function_of_the_sum_is_not_in_the_key_part() -> None:
    pairs, sums = table(7)
    of_one_side = torch.cos(2 * torch.pi * (pairs[:, :1] - torch.arange(7)) / 7)[None].double()
    _, share, wave = key_part(of_one_side, sums, 3)
    assert share.item() == pytest.approx(0, abs=1e-12)
    assert float(wave.abs().max()) < 1e-6
    both, share, _ = key_part(of_one_side + planted(7, {3: 2.0}), sums, 1)
    assert (both.item(), share.item()) == (3, pytest.approx(4 / 5, rel=1e-6))


@pytest.mark.parametrize("row", [0, 3])
def test_losses_by_least_squares_on_cosines_and_sines(row: int) -> None:
    checkpoint = modular("mlp", modulus=13)
    weights = {name: values[row] for name, values in checkpoint.weights().items()}
    pairs, sums = table(13)
    logits = checkpoint.network.model.forward(weights, pairs)[0].numpy()
    logits = logits - logits.mean(1, keepdims=True)
    power, fits = {}, {}
    for k in range(1, 7):
        angle = 2 * np.pi * k * sums.numpy() / 13
        waves = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        fits[k] = waves @ np.linalg.lstsq(waves, logits, rcond=None)[0]
        power[k] = np.square(fits[k]).sum()
    keys = sorted(power, key=lambda k: -power[k])[:5]
    values = {name: float(column[row]) for name, column in FOURIER_LOSSES.measure(checkpoint).items()}
    assert [values[f"key_frequency.{place}"] for place in range(1, 6)] == keys
    total = np.square(logits - logits.mean(0)).sum()
    assert values["key_frequency_share"] == pytest.approx(sum(power[k] for k in keys) / total, rel=1e-9)
    part = sum(fits[k] for k in keys)

    def loss(answers: np.ndarray, targets: np.ndarray) -> float:
        return float(np.mean(logsumexp(answers, axis=1) - answers[np.arange(len(targets)), targets]))

    assert values["restricted_loss"] == pytest.approx(loss(logits.mean(0) + part, sums.numpy()), rel=1e-9)
    count = int(checkpoint.examples.train.counts[row])
    trained_on = checkpoint.examples.train.inputs[row, :count]
    places = (trained_on[:, 0] * 13 + trained_on[:, 1]).numpy()
    assert values["excluded_loss"] == pytest.approx(loss((logits - part)[places], sums.numpy()[places]), rel=1e-9)


def test_residues_are_the_answers_of_addition_and_subtraction_and_other_operations_have_none() -> None:
    pairs, _ = table(11)
    for operation in ("add", "subtract"):
        task = ModularArithmetic.model_validate({"modulus": 11, "operation": operation})
        residues = task.residues(pairs)
        assert residues is not None
        assert residues.tolist() == task.answers(*pairs.numpy().T).tolist()
    spec = RunSpec(
        task={"name": "modular_arithmetic", "modulus": 5, "operation": "multiply"},
        model={"name": "mlp", "width": 4, "embedding_width": 4},
        optimizer={"name": "adamw"},
    )
    (checkpoint,) = train({0: spec, 1: spec}, (0,))
    assert all(torch.isnan(column).all() for column in FOURIER_LOSSES.measure(checkpoint).values())
