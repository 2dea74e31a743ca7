"""The empirical neural tangent kernel on some probe inputs: its movement, and its alignment with the labels."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from phasescope.engine.checkpoint import Checkpoint, Moment
from phasescope.measures.curvature import copies, groups
from phasescope.measures.measure import Measure, Values

INPUTS = 32


def measure(checkpoint: Checkpoint) -> Values:
    """Distances from the initial and to the previous kernel, and, for tasks with labels or numbers, the alignment."""
    probe = checkpoint.examples.probe
    chosen = _chosen(probe.inputs.shape[1], checkpoint.parameters.device)
    now, initial, previous = (kernel(checkpoint, moment, chosen) for moment in ("now", "initial", "previous"))
    moved, steps = 1 - cosine(now, previous), checkpoint.step - checkpoint.previous_step
    values = {
        "kernel_distance_to_initial": 1 - cosine(now, initial),
        "kernel_distance_to_previous": moved,
        "kernel_velocity": moved / steps if steps else torch.full_like(moved, torch.nan),
        "kernel_relative_change": (now - initial).norm(dim=(1, 2)) / initial.norm(dim=(1, 2)),
    }
    if "labels" in checkpoint.network.task.offers:
        labels = probe.targets[:, chosen]
        answers = one_hot(labels, int(labels.max()) + 1).double()
        values["kernel_alignment"] = cosine(_centred(now), _centred(answers @ answers.transpose(1, 2)))
    elif "numbers" in checkpoint.network.task.offers:
        answers = probe.targets[:, chosen].double()[..., None]
        values["kernel_alignment"] = cosine(_centred(now), _centred(answers @ answers.transpose(1, 2)))
    return values


def kernel(checkpoint: Checkpoint, moment: Moment, chosen: Tensor) -> Tensor:
    """(R, m, m) inner products of the gradients of the summed outputs on probe inputs, divided by their number."""
    flat = {"now": checkpoint.parameters, "initial": checkpoint.initial, "previous": checkpoint.previous}[moment]
    examples = chosen.expand(len(flat), -1)
    parts = []
    for rows in groups(len(flat), flat.shape[1] * len(chosen), flat.device):
        leaf = flat[rows].repeat_interleave(len(chosen), 0).requires_grad_()
        with torch.enable_grad():
            network = checkpoint.network.of(rows.repeat_interleave(len(chosen)))
            outputs, _ = network.outputs(leaf, copies(checkpoint.examples.probe, examples, rows))
            (gradients,) = torch.autograd.grad(outputs.sum(), leaf)
        each = gradients.reshape(len(rows), len(chosen), -1).double()
        parts.append(each @ each.transpose(1, 2) / outputs[0].numel())
    return torch.cat(parts)


def cosine(one: Tensor, other: Tensor) -> Tensor:
    """(R,) of (R, m, m)."""
    found: Tensor = (one * other).sum((1, 2)) / (one.norm(dim=(1, 2)) * other.norm(dim=(1, 2)))
    return found


def _centred(square: Tensor) -> Tensor:
    rows = square - square.mean(1, keepdim=True)
    return rows - rows.mean(2, keepdim=True)


def _chosen(inputs: int, device: torch.device) -> Tensor:
    """Evenly strided probe inputs."""
    count = min(INPUTS, inputs)
    return torch.linspace(0, inputs - 1, count, device=device, dtype=torch.float64).round().long()


TANGENT_KERNEL = Measure(
    name="tangent_kernel",
    label="Tangent kernel",
    summary="K = ⟨∇Σf(x), ∇Σf(x')⟩ / outputs on up to 32 probe inputs: the pseudo-kernel of the summed outputs, close "
    "to the trace kernel early in training and not always late. Distance 1 − ⟨K, K'⟩ / (‖K‖‖K'‖) to the initial and "
    "to the previous checkpoint, velocity (the latter per training step between them), relative change ‖K − K₀‖ / "
    "‖K₀‖, and alignment, the cosine of centred K and centred YY' of one-hot labels, or of numbers, Y.",
    unit="cosine or ratio",
    source="Mohamadi, Bae & Sutherland 2023, arXiv:2206.12543; Fort et al. 2020, arXiv:2010.15110; "
    "Cortes, Mohri & Rostamizadeh 2012, JMLR 13",
    series=(
        "kernel_distance_to_initial",
        "kernel_distance_to_previous",
        "kernel_velocity",
        "kernel_relative_change",
        "kernel_alignment",
    ),
    cost="dear",
    undefined="the kernel is zero or has no variance over the inputs, or no step has been taken that it could move in",
    measure=measure,
)
