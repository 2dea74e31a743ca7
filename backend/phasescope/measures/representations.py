"""Representations: the activations of each named layer on the probe examples, kept as arrays."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from pydantic import JsonValue
from torch import Tensor

from phasescope.core.schedule import MeasureSchedule
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.examples import Split
from phasescope.measures.kept_arrays import digests, spaced
from phasescope.measures.measure import Arrays, Measure, RunArrays

EXAMPLES, FEATURES = 256, 64
FEW_POSITIONS = 4  # inputs of at most so many tokens are kept, to be named in pictures
PROJECTION_KEY = 0x70726F6A


def keep(checkpoint: Checkpoint, limits: MeasureSchedule) -> Arrays:
    """One array (examples, features) per named layer."""
    probe = checkpoint.examples.probe
    count = probe.inputs.shape[1]
    places = spaced(count, limits.examples or EXAMPLES).to(probe.inputs.device)
    most = limits.features or FEATURES
    digest = digests(probe.inputs[:, places])
    shared: dict[str, JsonValue] = {"examples": len(places), "of_examples": count, **_names(probe, places)}
    found: Arrays = {}
    for layer, values in checkpoint.activations().items():
        width = values.shape[2]
        about = {**shared, "features": min(width, most), "of_features": width, "projected": width > most}
        some = values[:, places].double()
        found[f"representations.{layer}"] = RunArrays(
            values=some @ projection(width, most, some.device) if width > most else some,
            dtype="float16",
            examples=digest,
            about=about,
        )
    return found


def projection(width: int, most: int, device: torch.device) -> Tensor:
    """(width, most) fixed Gaussian numbers of variance 1 / most: inner products stay the same in expectation."""
    return _drawn(width, most).to(device)


@cache
def _drawn(width: int, most: int) -> Tensor:
    random = np.random.Generator(np.random.Philox(key=PROJECTION_KEY))
    return torch.from_numpy(random.standard_normal((width, most)) * most**-0.5)


def _names(probe: Split, places: Tensor) -> dict[str, JsonValue]:
    """Labels of the examples, and their tokens where they are few: to colour and name points by."""
    inputs, targets = probe.inputs[:, places], probe.targets[:, places]
    found: dict[str, JsonValue] = {}
    if targets.dim() == 2 and not targets.is_floating_point() and bool((targets == targets[:1]).all()):
        found["labels"] = targets[0].tolist()
    if not inputs.is_floating_point() and inputs.dim() == 3 and inputs.shape[2] <= FEW_POSITIONS:
        found["inputs"] = inputs[0].tolist()
    return found


REPRESENTATIONS = Measure(
    name="representations",
    label="Representations",
    summary="Activations of each named layer on the probe examples, an array (examples, features) per layer. At most "
    f"{EXAMPLES} examples, evenly spaced, and {FEATURES} features are kept; more features are projected by a fixed "
    "Gaussian matrix, which keeps inner products in expectation. `examples` and `features` of its schedule change "
    "this. Rounded to 11 binary digits.",
    unit="activation",
    source="the definition; projection: Johnson & Lindenstrauss 1984, Contemporary Mathematics 26",
    arrays=("representations.*",),
    caps=("examples", "features"),
    keep=keep,
)
