"""RankMe: how many directions a layer's activations on the probe inputs use."""

from __future__ import annotations

import torch

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.geometry import eigenvalues, entropy
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One value per named layer."""
    layers = checkpoint.activations().items()
    return {f"rankme.{name}": torch.exp(entropy(eigenvalues(values).sqrt())) for name, values in layers}


RANKME = Measure(
    name="rankme",
    label="RankMe",
    summary="exp(−Σ p ln p), p = σ / Σσ, with the singular values σ of a layer's activations on the probe inputs. As "
    "published: not centred, and singular values, not their squares; without the published 10⁻⁷ in p. Values at "
    "different numbers of probe inputs are not comparable.",
    unit="dimensions",
    source="Garrido et al. 2023, arXiv:2210.02885",
    series=("rankme.*",),
    range=(1.0, None),
    cost="moderate",
    undefined="the layer answers all probe inputs with zero",
    measure=measure,
)
