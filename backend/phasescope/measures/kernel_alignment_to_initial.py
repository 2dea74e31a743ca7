"""How much of the initial tangent kernel is left, as a whole and for each weight matrix on its own."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.curvature import copies, groups
from phasescope.measures.measure import Measure, Values

INPUTS = 16
OUTPUTS = 8


def measure(checkpoint: Checkpoint) -> Values:
    """One cosine for all parameters together, and one per weight matrix."""
    layout = checkpoint.network.layout
    matrices = [name for name, shape in layout.shapes.items() if len(shape) > 1]
    slices = {"": slice(None)} | {f".{name.removesuffix('.weight')}": layout.slices[name] for name in matrices}
    parts: dict[str, list[Tensor]] = {name: [] for name in slices}
    for rows in groups(
        len(checkpoint.runs), checkpoint.parameters.shape[1] * INPUTS * OUTPUTS, checkpoint.parameters.device
    ):
        now, start = (jacobian(checkpoint, flat, rows) for flat in (checkpoint.parameters, checkpoint.initial))
        for name, columns in slices.items():
            parts[name].append(kernel_cosine(now[..., columns], start[..., columns]))
    return {f"kernel_alignment_to_initial{name}": torch.cat(part) for name, part in parts.items()}


def jacobian(checkpoint: Checkpoint, flat: Tensor, rows: Tensor) -> Tensor:
    """(r, inputs · outputs, P) derivatives of single outputs on some probe inputs by the parameters of the runs."""
    probe = checkpoint.examples.probe
    chosen = strided(probe.inputs.shape[1], INPUTS, flat.device)
    leaf = flat[rows].repeat_interleave(len(chosen), 0).requires_grad_()
    with torch.enable_grad():
        network = checkpoint.network.of(rows.repeat_interleave(len(chosen)))
        outputs = network.outputs(leaf, copies(probe, chosen.expand(len(flat), -1), rows))[0].flatten(1)
        wanted = strided(outputs.shape[1], OUTPUTS, flat.device).tolist()
        columns = [torch.autograd.grad(outputs[:, one].sum(), leaf, retain_graph=True)[0] for one in wanted]
    return torch.stack(columns, dim=1).reshape(len(rows), len(chosen) * len(wanted), -1)


def strided(count: int, most: int, device: torch.device) -> Tensor:
    """Up to `most` evenly spaced numbers below `count`."""
    return torch.linspace(0, count - 1, min(most, count), device=device, dtype=torch.float64).round().long()


def kernel_cosine(one: Tensor, other: Tensor) -> Tensor:
    """(r,) cosine of JJᵀ and J₀J₀ᵀ of (r, m, P)."""
    first, second = (values.double() @ values.double().transpose(1, 2) for values in (one, other))
    found: Tensor = (first * second).sum((1, 2)) / (first.norm(dim=(1, 2)) * second.norm(dim=(1, 2)))
    return found.clamp(-1, 1)


KERNEL_ALIGNMENT_TO_INITIAL = Measure(
    name="kernel_alignment_to_initial",
    label="Tangent kernel alignment with the start",
    summary="⟨K, K₀⟩ / (‖K‖ ‖K₀‖), K = JJᵀ with the derivatives J of single outputs on up to 16 probe inputs (and up "
    "to 8 evenly spaced outputs, over positions and classes), K₀ the same at the start: by all parameters, and by "
    "each weight matrix alone, such as the recurrent one. The full kernel of single outputs, where `tangent_kernel` "
    "has that of their sum. It stays near 1 in lazy training.",
    unit="cosine",
    source="Liu et al. 2024, arXiv:2310.08513 (kernel alignment)",
    series=("kernel_alignment_to_initial", "kernel_alignment_to_initial.*"),
    range=(-1.0, 1.0),
    cost="dear",
    undefined="no output depends on these weights, now or at the start",
    measure=measure,
)
