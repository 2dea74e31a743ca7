"""Neural collapse of the last layer on the training examples: NC1 to NC4."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


@dataclass(frozen=True)
class Classes:
    """Features grouped by class; classes without a training example of the run are absent."""

    features: Tensor  # (R, n, d)
    members: Tensor  # (R, n, C) 1 where an example belongs to a class; 0 for padding
    counts: Tensor  # (R, C)
    means: Tensor  # (R, C, d) 0 for absent classes
    around: Tensor  # (R, C, d) class means without the mean of class means; 0 for absent classes

    @property
    def present(self) -> Tensor:
        """(R, C) bool."""
        return self.counts > 0


def measure(checkpoint: Checkpoint) -> Values:
    """NC1 and NC2 of every network; NC3 and NC4 where the readout has one output per class."""
    train = checkpoint.examples.train
    classes = grouped(checkpoint.features("train"), train.targets, train.weights > 0)
    values = {
        "neural_collapse_1": within_over_between(classes),
        "neural_collapse_2_lengths": spread_of_lengths(classes),
        "neural_collapse_2_angles": off_simplex(classes),
    }
    weights = checkpoint.weights()
    readout = weights["readout.weight"] if "readout.weight" in weights else weights.get("readout")
    outputs = checkpoint.outputs("train")
    one_each = outputs.shape[2] >= classes.counts.shape[1] and "target_vectors" not in checkpoint.examples.extras
    if one_each:
        values["neural_collapse_4"] = disagreement(classes, outputs)
    if one_each and readout is not None and readout.shape[1:] == (classes.features.shape[2], outputs.shape[2]):
        values["neural_collapse_3"] = without_duality(classes, readout.double().transpose(1, 2))
    return values


def grouped(features: Tensor, labels: Tensor, real: Tensor) -> Classes:
    """Features (R, n, d) with labels (R, n); `real` is False for padding."""
    exact = features.double()
    members = one_hot(labels, int(labels.max()) + 1).double() * real[..., None]
    counts = members.sum(1)
    means = members.transpose(1, 2) @ exact / counts.clamp(min=1)[..., None]
    present = (counts > 0)[..., None]
    middle = means.sum(1, keepdim=True) / present.sum(1, keepdim=True)
    return Classes(exact, members, counts, means, torch.where(present, means - middle, 0.0))


def within_over_between(classes: Classes) -> Tensor:
    """NC1: tr Σ_W / tr Σ_B, each class with the same weight."""
    deviation = (classes.features - classes.members @ classes.means) * classes.members.sum(2, keepdim=True)
    per_class = (classes.members.transpose(1, 2) @ deviation.square().sum(2, keepdim=True))[..., 0]
    within = (per_class / classes.counts.clamp(min=1)).sum(1)
    repeated = (classes.counts > 1).any(1)
    return torch.where(repeated, within / classes.around.square().sum((1, 2)), torch.nan)


def spread_of_lengths(classes: Classes) -> Tensor:
    """NC2: standard deviation over mean of ‖μ_c − μ_G‖."""
    lengths, count = classes.around.norm(dim=2), classes.present.sum(1)
    mean = lengths.sum(1) / count
    variance = torch.where(classes.present, (lengths - mean[:, None]).square(), 0.0).sum(1) / count
    ratio: Tensor = variance.sqrt() / mean
    return ratio


def off_simplex(classes: Classes) -> Tensor:
    """NC2: mean over pairs of |cos + 1/(K−1)|; NaN where d < K − 1, since no simplex fits."""
    lengths = classes.around.norm(dim=2, keepdim=True)
    units = classes.around / torch.where(classes.present[..., None], lengths, 1.0)
    count = classes.present.sum(1)
    cosines = units @ units.transpose(1, 2) + (1 / (count.double() - 1))[:, None, None]
    pairs = (classes.present[:, :, None] & classes.present[:, None, :]).triu(1)
    mean = torch.where(pairs, cosines.abs(), 0.0).sum((1, 2)) / pairs.sum((1, 2))
    return torch.where(count - 1 <= classes.features.shape[2], mean, torch.nan)


def without_duality(classes: Classes, readout: Tensor) -> Tensor:
    """NC3: ‖W/‖W‖ − M/‖M‖‖², the rows (R, outputs, d) of absent classes left out."""
    rows = torch.where(classes.present[..., None], readout[:, : classes.counts.shape[1]], 0.0)
    unit = rows / rows.norm(dim=(1, 2), keepdim=True)
    gap: Tensor = unit - classes.around / classes.around.norm(dim=(1, 2), keepdim=True)
    return gap.square().sum((1, 2))


def disagreement(classes: Classes, outputs: Tensor) -> Tensor:
    """NC4: share of examples to which the network gives another class than that of the nearest class mean."""
    products = classes.features @ classes.means.transpose(1, 2)
    nearer = classes.means.square().sum(2)[:, None] - 2 * products  # |h − μ|² without |h|², the same for all
    nearest = torch.where(classes.present[:, None], nearer, torch.inf).argmin(2)
    real = classes.members.sum(2) > 0
    differs = (nearest != outputs.argmax(2)) & real
    share: Tensor = differs.sum(1) / real.sum(1).double()
    return torch.where(torch.isfinite(classes.means).all(2).all(1), share, torch.nan)


NEURAL_COLLAPSE = Measure(
    name="neural_collapse",
    label="Neural collapse",
    summary="Of the last layer's activations h on the training examples, μ_c the class means, μ_G their mean, K "
    "classes. 1: tr Σ_W / tr Σ_B, each class weighing the same (Tirer's quotient, which needs no pseudo-inverse). 2: "
    "standard deviation over mean of ‖μ_c − μ_G‖, and mean over pairs of |cos(μ_c − μ_G, μ_c' − μ_G) + 1/(K−1)|. "
    "3: ‖W/‖W‖_F − M/‖M‖_F‖²_F, W the readout, M the μ_c − μ_G. 4: share of examples for which network and nearest "
    "class mean disagree. All are 0 when collapsed; 3 and 4 only where the readout has one output per class.",
    unit="1, 2 and 3 ratios; 4 a share",
    source="Papyan, Han & Donoho 2020, arXiv:2008.08186; quotient of Tirer & Bruna 2022, arXiv:2202.08087",
    series=("neural_collapse_1", "neural_collapse_2_lengths", "neural_collapse_2_angles",
            "neural_collapse_3", "neural_collapse_4"),
    range=(0.0, None),
    cost="moderate",
    needs=("labels",),
    undefined="only one class has training examples, all class means agree, no class has two training examples, or the "
    "layer is too narrow for a simplex",
    measure=measure,
)  # fmt: skip
