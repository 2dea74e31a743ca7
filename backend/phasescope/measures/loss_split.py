"""The test loss of a quadratic committee on a quadratic teacher, split exactly into offset, features and slope."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values
from phasescope.models.committee import Committee
from phasescope.tasks.teacher_student import TeacherStudent


def measure(checkpoint: Checkpoint) -> Values:
    """Three parts and their sum; undefined for a teacher that is no polynomial of degree two."""
    network = checkpoint.network
    model, task = network.model, network.task
    assert isinstance(model, Committee)
    assert isinstance(task, TeacherStudent)
    weights = checkpoint.weights()["hidden.weight"].double()  # (R, d, N)
    scale = torch.ones(len(weights), dtype=torch.float64, device=weights.device)
    plain = network.head is None or network.head.centred is None
    if network.head is not None:
        scale = network.head.scale.double()
    if task.teacher != "hermite" or len(task.coefficients) > 3 or not plain:
        return dict.fromkeys(SERIES, torch.full_like(scale, torch.nan))
    constant, linear, square = [*task.coefficients, 0.0, 0.0][:3]
    direction = checkpoint.examples.extras["teacher_directions"][:, 0].double()
    parts = split(weights, direction, scale, curvature=model.curvature, coefficients=(constant, linear, square))
    return dict(zip(SERIES, (*parts, sum(parts[1:], parts[0])), strict=True))


def split(
    weights: Tensor, direction: Tensor, scale: Tensor, *, curvature: float, coefficients: tuple[float, float, float]
) -> tuple[Tensor, Tensor, Tensor]:
    """Mean square over x ~ N(0, I) of xᵀQx + q·x + c: (tr Q + c)², 2‖Q‖² and ‖q‖², each (R,)."""
    features = weights.shape[1]
    constant, linear, square = coefficients
    second = weights @ weights.transpose(1, 2) / weights.shape[2]
    quadratic = (curvature / 2 / features) * scale[:, None, None] * second
    quadratic = quadratic - square * direction[:, :, None] * direction[:, None, :]
    slope = scale[:, None] * weights.mean(2) * features**-0.5 - linear * direction
    offset = quadratic.diagonal(dim1=1, dim2=2).sum(1) - constant + square
    return offset.square(), 2 * quadratic.square().sum((1, 2)), slope.square().sum(1)


SERIES = ("loss_of_offset", "loss_of_features", "loss_of_slope", "exact_test_loss")

LOSS_SPLIT = Measure(
    name="loss_split",
    label="Exact loss split",
    summary="The network is f(x) = xᵀQ₁x + q·x; with a teacher c₀ + c₁ He₁(w·x) + c₂ He₂(w·x) the expected squared "
    "error over x ~ N(0, I) is (tr Q + c)² + 2‖Q‖² + ‖q − c₁w‖² with Q = Q₁ − c₂ww' and c = c₂ − c₀: the wrong mean, "
    "features that do not point along the teacher, and a slope that should not be. Their sum is the test loss without "
    "a test set.",
    unit="squared error",
    source="Kumar et al. 2024, arXiv:2310.06110, section 4",
    series=SERIES,
    range=(0.0, None),
    needs=("quadratic_committee", "teacher"),
    undefined="the teacher is no polynomial of degree two, or the output is centred",
    measure=measure,
)
