"""What a step is computed in by request: parameters and measures are never less than float32."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from phasescope.core.spec import RunSpec
from phasescope.engine.precision import DTYPES, computing
from phasescope.engine.shard import prepare
from phasescope.engine.train import State, train

from .families import PAIRS, run_spec, trajectories

CPU = torch.device("cpu")
FIRST_TASK = {model: task for task, model in reversed(PAIRS)}


def gradients(precision: str, task: str, model: str) -> torch.Tensor:
    shard = prepare([run_spec(task, model, precision=precision)], CPU)
    state = State.begin(shard, (0,))
    return state.alterations.training(0).gradients(state.parameters, shard.examples.train, shard.examples.extras)


def test_every_precision_has_the_type_of_its_parameters() -> None:
    assert RunSpec.model_json_schema()["properties"]["precision"]["enum"] == list(DTYPES)


@pytest.mark.parametrize(("task", "model"), [(task, model) for model, task in FIRST_TASK.items()])
def test_bfloat16_gradients_are_float32_and_near_the_exact_ones(task: str, model: str) -> None:
    exact, rounded = gradients("float32", task, model), gradients("bfloat16", task, model)
    assert rounded.dtype == torch.float32
    assert not torch.equal(exact, rounded)
    error = (rounded - exact).norm() / exact.norm()
    assert 1e-5 < float(error) < 0.1


def test_measures_look_in_float32_and_moments_are_kept_in_it() -> None:
    for checkpoint in train({0: run_spec(precision="bfloat16")}, (0, 3)):
        plain = prepare([run_spec(precision="float32")], CPU).network
        outputs = plain.outputs(checkpoint.parameters, checkpoint.examples.test)[0]
        torch.testing.assert_close(checkpoint.outputs("test"), outputs, rtol=0, atol=0)
        assert checkpoint.parameters.dtype == torch.float32
    state = State.begin(prepare([run_spec(precision="bfloat16")], CPU), (0,))
    state.advance(2)
    assert {moment.dtype for moment in state.moments.values()} == {torch.float32}


def test_without_a_cuda_device_tf32_is_float32_and_another_run() -> None:
    plain, asked = (run_spec(precision=precision) for precision in ("float32", "tf32"))
    steps = (0, 5, 20)
    np.testing.assert_array_equal(trajectories({0: plain}, steps)[0], trajectories({0: asked}, steps)[0])
    assert len({run_spec(precision=precision).digest() for precision in DTYPES}) == len(DTYPES)


def test_what_torch_rounds_is_put_back_even_after_an_error() -> None:
    """The switches are there without a device too."""

    def switches() -> tuple[bool, bool]:
        return torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32

    def failing(precision: str) -> None:
        with computing(precision, torch.device("cuda")):
            assert switches() == (precision == "tf32",) * 2
            raise ZeroDivisionError

    before = switches()
    for precision in ("tf32", "float32"):
        with pytest.raises(ZeroDivisionError):
            failing(precision)
        assert switches() == before
