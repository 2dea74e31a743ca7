"""Neural collapse: zero on a simplex built by hand, and numpy on a trained network."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from phasescope.measures.neural_collapse import (
    NEURAL_COLLAPSE,
    disagreement,
    grouped,
    off_simplex,
    spread_of_lengths,
    within_over_between,
    without_duality,
)

from .applicable import modular

CLASSES = 4
SIMPLEX = torch.eye(CLASSES, dtype=torch.float64) - 1 / CLASSES
LABELS = torch.arange(3 * CLASSES)[None] % CLASSES
REAL = torch.ones_like(LABELS, dtype=torch.bool)


def test_a_simplex_is_collapsed_in_every_sense() -> None:
    features = 7 * SIMPLEX[LABELS] + 100
    classes = grouped(features, LABELS, REAL)
    assert within_over_between(classes).item() == pytest.approx(0, abs=1e-12)
    assert spread_of_lengths(classes).item() == pytest.approx(0, abs=1e-9)
    assert off_simplex(classes).item() == pytest.approx(0, abs=1e-9)
    assert without_duality(classes, 0.3 * SIMPLEX[None]).item() == pytest.approx(0, abs=1e-9)
    assert disagreement(classes, torch.nn.functional.one_hot(LABELS, CLASSES).double()).item() == 0
    assert disagreement(classes, torch.nn.functional.one_hot((LABELS + 1) % CLASSES, CLASSES).double()).item() == 1


def test_padding_and_absent_classes_do_not_count() -> None:
    features = SIMPLEX[LABELS] + torch.from_numpy(np.random.default_rng(0).normal(size=(1, 12, CLASSES)))
    padded = torch.cat([features, torch.full((1, 3, CLASSES), 50.0)], 1)
    labels = torch.cat([LABELS, torch.tensor([[0, 1, 6]])], 1)  # class 6 appears in the padding only
    one = grouped(features, LABELS, REAL)
    other = grouped(padded, labels, torch.arange(15)[None] < 12)
    for part in (within_over_between, spread_of_lengths, off_simplex):
        assert part(other).item() == pytest.approx(part(one).item(), rel=1e-12)


def test_with_one_class_nothing_lies_between_classes_and_the_reasons_say_so() -> None:
    found = within_over_between(grouped(SIMPLEX[LABELS] + torch.arange(12)[None, :, None], LABELS * 0, REAL))
    assert not torch.isfinite(found).any()
    assert "only one class has training examples" in NEURAL_COLLAPSE.undefined


def test_a_layer_too_narrow_for_a_simplex_is_undefined() -> None:
    assert torch.isnan(off_simplex(grouped(SIMPLEX[LABELS][:, :, :2], LABELS, REAL))).all()


@pytest.mark.parametrize("row", [0, 1])
def test_on_a_trained_network_by_numpy(row: int) -> None:
    checkpoint = modular("mlp", steps=160)
    count = int(checkpoint.examples.train.counts[row])
    features = checkpoint.features("train")[row, :count].numpy()
    labels = checkpoint.examples.train.targets[row, :count].numpy()
    kinds = np.unique(labels)
    means = np.stack([features[labels == kind].mean(0) for kind in kinds])
    around = means - means.mean(0)
    within = np.mean([((features[labels == k] - m) ** 2).sum(1).mean() for k, m in zip(kinds, means, strict=True)])
    values = {name: float(column[row]) for name, column in NEURAL_COLLAPSE.measure(checkpoint).items()}
    assert set(values) == set(NEURAL_COLLAPSE.series)
    assert values["neural_collapse_1"] == pytest.approx(within / (around**2).sum(1).mean())
    lengths = np.linalg.norm(around, axis=1)
    assert values["neural_collapse_2_lengths"] == pytest.approx(lengths.std() / lengths.mean())
    cosines = (around @ around.T) / np.outer(lengths, lengths)
    pairs = cosines[np.triu_indices(len(kinds), 1)]
    assert values["neural_collapse_2_angles"] == pytest.approx(abs(pairs + 1 / (len(kinds) - 1)).mean())
    readout = checkpoint.weights()["readout.weight"][row].numpy().T[kinds]
    gap = readout / np.linalg.norm(readout) - around / np.linalg.norm(around)
    assert values["neural_collapse_3"] == pytest.approx((gap**2).sum())
    nearest = kinds[((features[:, None] - means[None]) ** 2).sum(2).argmin(1)]
    answers = checkpoint.outputs("train")[row, :count].argmax(1).numpy()
    assert values["neural_collapse_4"] == pytest.approx((nearest != answers).mean())
