"""Gradient noise scale: how large a batch must be before its gradient is more signal than noise."""

from __future__ import annotations

import torch

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.curvature import example_gradients, groups, some_examples
from phasescope.measures.measure import Measure, Values

EXAMPLES = 64


def measure(checkpoint: Checkpoint) -> Values:
    """Three series per run, from the gradients of single training examples."""
    train, flat = checkpoint.examples.train, checkpoint.parameters
    chosen, used = some_examples(train, EXAMPLES)
    places = torch.arange(chosen.shape[1], device=flat.device)[None]
    parts = []
    for rows in groups(len(flat), flat.shape[1] * places.shape[1], flat.device):
        gradients = example_gradients(checkpoint.network, flat, checkpoint.examples, chosen, rows)
        real = (places < used[rows, None]).double()[..., None]
        mean = (gradients * real).sum(1) / used[rows, None]
        spread = ((gradients - mean[:, None]) * real).square().sum((1, 2))
        parts.append(torch.stack([mean.square().sum(1), spread], dim=1))
    squared, spread = torch.cat(parts).unbind(1)
    trace = spread / (used - 1)
    signal = squared - trace / used
    return {
        "gradient_noise_scale": torch.where(signal > 0, trace / signal, torch.nan),
        "gradient_noise": trace,
        "gradient_signal": signal,
    }


GRADIENT_NOISE = Measure(
    name="gradient_noise",
    label="Gradient noise scale",
    summary="From the gradients g_i of up to 64 evenly spaced training examples: noise tr Σ = Σ‖g_i − ḡ‖² / (m−1), "
    "signal ‖G‖² = ‖ḡ‖² − tr Σ / m (both unbiased; the signal may be negative), and the simple noise scale tr Σ / "
    "‖G‖². Smooth noise and signal over time before dividing.",
    unit="scale in examples; noise and signal squared loss per weight",
    source="McCandlish et al. 2018, arXiv:1812.06162, appendix A.1",
    series=("gradient_noise_scale", "gradient_noise", "gradient_signal"),
    cost="dear",
    undefined="the gradient cannot be told from noise with these examples",
    measure=measure,
)
