"""How much of its first tangent kernel a network keeps, for all weights and for each matrix of them."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint, Moment
from phasescope.measures.curvature import copies, groups
from phasescope.measures.measure import Measure, Values

INPUTS = 16
ANSWERS = 32  # of one input, at most: evenly strided over positions and outputs
WHOLE = "tangent_alignment"


def measure(checkpoint: Checkpoint) -> Values:
    """Cosine of the kernel now and at the start; by matrix, of the kernel of that matrix alone."""
    now, initial = (kernels(checkpoint, moment) for moment in ("now", "initial"))
    values = {}
    for name, one in now.items():
        other = initial[name]
        values[name] = (one * other).sum((1, 2)) / (one.norm(dim=(1, 2)) * other.norm(dim=(1, 2)))
    return values


def kernels(checkpoint: Checkpoint, moment: Moment) -> dict[str, Tensor]:
    """Series name -> (R, m, m) inner products of the gradients of single answers, m = inputs times answers."""
    flat = checkpoint.parameters if moment == "now" else checkpoint.initial
    probe = checkpoint.examples.probe
    inputs = _strided(probe.inputs.shape[1], INPUTS, flat.device)
    answers = _strided(checkpoint.outputs("test")[0, 0].numel(), ANSWERS, flat.device)
    parts: dict[str, list[Tensor]] = {}
    for rows in groups(len(flat), flat.shape[1] * len(inputs) * len(answers), flat.device):
        gradients = _gradients(checkpoint, flat, rows, inputs=inputs, answers=answers)
        parts.setdefault(WHOLE, []).append(_gram(gradients))
        for name, columns in checkpoint.network.layout.slices.items():
            if len(checkpoint.network.layout.shapes[name]) > 1:
                named = f"{WHOLE}.{name.removesuffix('.weight')}"
                parts.setdefault(named, []).append(_gram(gradients[..., columns]))
    return {name: torch.cat(found) for name, found in parts.items()}


def _gram(gradients: Tensor) -> Tensor:
    return (gradients @ gradients.transpose(1, 2)).double()


def _gradients(checkpoint: Checkpoint, flat: Tensor, rows: Tensor, *, inputs: Tensor, answers: Tensor) -> Tensor:
    """(R, inputs · answers, P): every input as a run of its own, one backward pass for each answer."""
    count = len(inputs)
    leaf = flat[rows].repeat_interleave(count, 0).requires_grad_()
    split = copies(checkpoint.examples.probe, inputs.expand(len(flat), -1), rows)
    with torch.enable_grad():
        outputs, _ = checkpoint.network.of(rows.repeat_interleave(count)).outputs(leaf, split)
        said = outputs.flatten(1)
        found = [torch.autograd.grad(said[:, answer].sum(), leaf, retain_graph=True)[0] for answer in answers.tolist()]
    return torch.stack(found, dim=1).reshape(len(rows), count * len(answers), -1)


def _strided(there_are: int, most: int, device: torch.device) -> Tensor:
    count = min(there_are, most)
    return torch.linspace(0, there_are - 1, count, device=device, dtype=torch.float64).round().long()


TANGENT_ALIGNMENT = Measure(
    name="tangent_alignment",
    label="Tangent kernel alignment",
    summary="Cosine ⟨K, K₀⟩ / (‖K‖‖K₀‖) of the tangent kernel now and at the start, uncentred, K = J Jᵀ with a row of "
    "J for each of up to 32 answers (position and output) of up to 16 probe inputs; for all weights, and for each "
    "weight matrix with the others left out. 1 is lazy. `tangent_kernel` has the kernel of summed outputs instead.",
    unit="cosine",
    source="Liu et al. 2024, arXiv:2310.08513",
    series=("tangent_alignment", "tangent_alignment.*"),
    range=(-1.0, 1.0),
    cost="dear",
    undefined="a kernel is zero: no answer depends on these weights",
    measure=measure,
)
