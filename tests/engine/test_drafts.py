"""A fork retraces its parent up to the step at which the change begins; under the microscope nothing changes."""

from __future__ import annotations

import torch

from phasescope.core.catalogue import kept_catalogue
from phasescope.core.door import admit, admitted_cells
from phasescope.core.drafts import Origin, fork, microscope
from phasescope.engine.train import train

CATALOGUE = kept_catalogue()
SPEC = admit(
    {
        "name": "parent",
        "task": {"name": "toy_addition"},
        "model": {"name": "embedding_decoder", "width": 8},
        "optimizer": {"name": "adamw", "learning_rate": 0.01},
        "batch_size": 10,
        "steps": 40,
        "precision": "float64",
    },
    CATALOGUE,
)
(PARENT,) = admitted_cells(SPEC, CATALOGUE)
ORIGIN = Origin(1, PARENT.spec, PARENT.point)
STEPS = (0, 10, 20, 21, 30)


def weights(draft: dict[str, object] | None) -> dict[int, torch.Tensor]:
    """(R, P) parameters at each of the steps."""
    spec = SPEC if draft is None else admit(draft, CATALOGUE)
    runs = {number: cell.spec for number, cell in enumerate(admitted_cells(spec, CATALOGUE))}
    return {checkpoint.step: checkpoint.parameters.clone() for checkpoint in train(runs, STEPS)}


def test_a_fork_retraces_its_parent_and_then_leaves_it() -> None:
    parent, forked = weights(None), weights(fork(ORIGIN, SPEC, step=20, field="learning_rate", values=[0.01, 0.1]))
    for step in STEPS:
        torch.testing.assert_close(forked[step][0], parent[step][0], rtol=0, atol=1e-9)
        same = torch.allclose(forked[step][1], parent[step][0], rtol=0, atol=1e-9)
        assert same == (step <= 20)


def test_under_the_microscope_nothing_changes() -> None:
    parent, closer = weights(None), weights(microscope([ORIGIN], SPEC, begin=10, end=30, count=21))
    for step in STEPS:
        torch.testing.assert_close(closer[step], parent[step], rtol=0, atol=1e-9)
