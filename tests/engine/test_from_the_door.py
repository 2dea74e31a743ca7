"""What the door admits the engine trains: every optimizer with every stage, and every intervention."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from phasescope.core.catalogue import kept_catalogue
from phasescope.core.door import admit, admitted_cells
from phasescope.core.signature import signature
from phasescope.engine.train import train
from phasescope.interventions import INTERVENTIONS
from phasescope.optimizers import OPTIMIZERS

CATALOGUE = kept_catalogue()
NEEDED: dict[str, dict[str, Any]] = {
    "change_setting": {"field": "weight_decay", "value": 1},
    "perturb_weights": {"norm": 1},
    "freeze_weights": {"weights": "hidden_1"},
    "multiply_activation": {"activation": "hidden_2", "factor": 2, "units": [1, 8]},
    "clamp_activation": {"activation": "hidden_1"},
    "change_task": {"field": "label_noise", "value": 0.5},
    "task_sequence": {"field": "permutation", "last": 2, "every": 2},
    "inject_label_noise": {"label_noise": 0.5},
    "curriculum": {"growth": 3},
}
IMAGES: dict[str, Any] = {"task": {"name": "digits", "train_examples": 40}, "model": {"name": "mlp", "width": 8}}
ELSEWHERE: dict[str, dict[str, Any]] = {  # what does not apply to the usual task
    "change_task": IMAGES,
    "task_sequence": {**IMAGES, "task": {"name": "permuted_digits", "train_examples": 40, "tested": 2}},
    "inject_label_noise": IMAGES,
    "curriculum": IMAGES,
    "blur_images": IMAGES,
}


def trained(changes: dict[str, Any]) -> None:
    """Admit a small experiment and train it as one shard."""
    data = {
        "name": "a test",
        "task": {"name": "toy_addition", "symbols": 5, "train_examples": 9, "label_noise": 0.2},
        "model": {"name": "embedding_decoder", "width": 8, "output_scale": 2, "centred": True},
        "optimizer": {"name": "adamw"},
        "steps": 6,
        **changes,
    }
    cells = [cell.spec for cell in admitted_cells(admit(data, CATALOGUE), CATALOGUE)]
    assert len({signature(spec, CATALOGUE) for spec in cells}) == 1
    last = list(train(dict(enumerate(cells)), (0, 3, 6)))[-1]
    assert len(last.runs) == len(cells)
    assert bool(torch.isfinite(last.parameters).all())


@pytest.mark.parametrize("name", INTERVENTIONS)
def test_every_intervention(name: str) -> None:
    chosen = {"name": name, "at": 2, **NEEDED.get(name, {})}
    axes = [{"path": "interventions.0.at", "values": [0, 2, 4]}]
    trained({**ELSEWHERE.get(name, {}), "interventions": [chosen], "axes": axes})


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("kind", ["none", "ema", "moving_average"])
def test_every_optimizer_with_every_stage(name: str, kind: str) -> None:
    optimizer = {"name": name, "gradient_filter": kind, "filter_window": 2, "clip_norm": 1, "gradient_noise": 0.01,
                 "warm_up": 2}  # fmt: skip
    axes = [{"path": "optimizer.schedule", "values": ["constant", "cosine", "step", "inverse_square_root"]}]
    trained({"optimizer": optimizer, "axes": axes})
