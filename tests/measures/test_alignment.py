"""Alignment with the start: kernels by whole Jacobians, representations by hand, and one at step 0."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from phasescope.core.spec import RunSpec
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.train import train
from phasescope.measures.representation_alignment import REPRESENTATION_ALIGNMENT
from phasescope.measures.tangent_alignment import TANGENT_ALIGNMENT


def recurrent(steps: int) -> Checkpoint:
    specs = {
        run: RunSpec(
            task={"name": "delayed_memory", "stimulus": 2, "train_examples": 12, "test_examples": 5},
            model={"name": "rnn", "width": 4},
            optimizer={"name": "sgd", "learning_rate": 0.5},
            precision="float64",
            seed=run,
        )
        for run in range(2)
    }
    return list(train(specs, (0, steps)))[-1]


def test_everything_is_aligned_at_the_start_and_nothing_quite_later() -> None:
    for measure in (TANGENT_ALIGNMENT, REPRESENTATION_ALIGNMENT):
        begun, later = measure.measure(recurrent(0)), measure.measure(recurrent(30))
        assert all(torch.allclose(values, torch.ones(2, dtype=torch.float64)) for values in begun.values())
        assert all(bool(((values > -1) & (values < 1 - 1e-6)).all()) for values in later.values())


def test_kernels_by_whole_jacobians() -> None:
    checkpoint = recurrent(20)
    network = checkpoint.network
    inputs = checkpoint.examples.probe.inputs[1]
    places = torch.linspace(0, inputs.shape[0] - 1, 16, dtype=torch.float64).round().long()

    def answers(flat: torch.Tensor) -> torch.Tensor:
        named = {name: value[0] for name, value in network.layout.named(flat[None]).items()}
        return network.model.forward(named, inputs[places])[0].flatten(1)

    kernels = []
    for flat in (checkpoint.parameters[1], checkpoint.initial[1]):
        jacobian = torch.autograd.functional.jacobian(answers, flat)  # (inputs, answers, P)
        columns = network.layout.slices["recurrent.state"]
        kernels.append([rows @ rows.T for rows in (jacobian.flatten(0, 1), jacobian.flatten(0, 1)[:, columns])])
    found = TANGENT_ALIGNMENT.measure(checkpoint)
    for place, name in enumerate(("tangent_alignment", "tangent_alignment.recurrent.state")):
        one, other = (kernel[place] for kernel in kernels)
        expected = float((one * other).sum() / (one.norm() * other.norm()))
        assert float(found[name][1]) == pytest.approx(expected, rel=1e-6)


def test_kernels_that_depend_on_nothing_have_no_cosine() -> None:
    begun = recurrent(0)
    silent = replace(begun, parameters=begun.initial * 0, retired=set(), _kept={})
    assert torch.isnan(TANGENT_ALIGNMENT.measure(silent)["tangent_alignment.recurrent.state"]).all()
