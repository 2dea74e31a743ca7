"""Compiled code is used where it pays and is quicker, agrees with the plain gradients, and is never missed."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import torch

from phasescope.engine import compiled
from phasescope.engine.compiled import Compiler, Program, QuickerGradients, available, pays
from phasescope.engine.shard import Shard, prepare
from phasescope.engine.train import State, train

from .families import PAIRS, family, run_spec

CPU = torch.device("cpu")


def test_only_long_trainings_pay() -> None:
    parameters = torch.zeros(256, 10_000)
    assert pays(parameters, examples=100, steps=1_000_000)
    assert not pays(parameters, examples=100, steps=1_000)
    state = next(iter(train(family(2), (0, 5), compiler=Compiler())))
    assert state.step == 0  # far too short: nothing was compiled, which would have taken seconds


def test_without_a_compiler_training_goes_on_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert not available(CPU)
    monkeypatch.setattr(compiled, "ENOUGH_OPERATIONS", 0.0)
    plain, asked = (list(train(family(3), (20,), compiler=wanted)) for wanted in (None, Compiler()))
    assert torch.equal(plain[0].parameters, asked[0].parameters)


def test_a_network_that_cannot_be_compiled_is_trained_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("this backend is away")

    monkeypatch.setattr(torch, "compile", lambda *_, **__: refuse)
    state = State.begin(prepare(list(family(3).values()), CPU), tuple(range(3)))
    quicker = QuickerGradients(state.shard.network)
    split, extras = state.shard.examples.train, state.shard.examples.extras
    expected = state.shard.network.gradients(state.parameters, split, extras)
    assert torch.equal(quicker(state.parameters, split, extras), expected)
    assert not quicker.compiled


def test_a_program_is_made_once_for_all_runs_of_a_kind_and_the_oldest_are_forgotten() -> None:
    compiler = Compiler()

    def program(width: int, *, scale: float = 1.0, dtype: torch.dtype = torch.float32) -> QuickerGradients:
        spec = run_spec(model="mlp", model_settings={"width": width, "initial_scale": scale})
        return compiler.gradients(prepare([spec], CPU).network, dtype)

    first = program(4)
    assert program(4, scale=2.0) is first  # a number over the run axis
    assert program(5) is not first
    assert program(4, dtype=torch.float64) is not first
    for width in range(6, 6 + compiled.REMEMBERED):
        program(width)
    assert program(4) is not first


FOR_ONE_NUMBER = ("cnn", "disentangled_transformer")  # grouped convolutions and joined streams ask for the number


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
def test_a_program_knows_nothing_of_the_shard_that_it_was_made_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first shard of a kind may scale and centre its outputs; the next one is computed as it is."""
    monkeypatch.setattr(torch, "compile", lambda function, **_: function)
    monkeypatch.setattr(compiled, "WORTH", 1e9)
    compiler = Compiler()
    scaled = [run_spec(seed=seed, model_settings={"output_scale": 3.0, "centred": True}) for seed in range(4)]
    compiler.gradients(prepare(scaled, CPU).network, torch.float64)
    plain = prepare([run_spec(seed=seed) for seed in range(3)], CPU)
    split, extras = plain.examples.train, plain.examples.extras
    quicker = compiler.gradients(plain.network, torch.float64)
    found = quicker(plain.initial, split, extras)
    assert quicker.compiled
    torch.testing.assert_close(found, plain.network.gradients(plain.initial, split, extras), rtol=0, atol=1e-14)


TRACING = "ignore:.*torch.jit:DeprecationWarning"  # of torch's compiler itself


@pytest.mark.slow  # compiles C++
@pytest.mark.filterwarnings(TRACING)
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_compiled_gradients_agree_for_any_number_of_runs(precision: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "WORTH", 1e9)  # keep it however slow it is
    shard = prepare(list(family(4, precision=precision).values()), CPU)
    quicker = QuickerGradients(shard.network)
    for rows in (torch.arange(4), torch.tensor([0, 2]), torch.arange(1, 4), torch.tensor([3])):
        part = shard.of(rows)
        split, extras = part.examples.train, part.examples.extras
        found = quicker(part.initial, split, extras)
        expected = part.network.gradients(part.initial, split, extras)
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-6 if precision == "float32" else 1e-14)
    assert quicker.compiled


@pytest.fixture
def only_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Programs are traced and run as they are: everything but the C++."""
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="eager"))


def traced(task: str, model: str, runs: int = 6, **settings: Any) -> tuple[Shard, Program]:
    """A program of the kind, made for these runs."""
    shard = prepare(list(family(runs, task, model, model_settings=settings).values()), CPU)
    return shard, Program.made(shard.network, shard.initial, shard.examples.train, shard.examples.extras)


@pytest.mark.slow  # some seconds each
@pytest.mark.filterwarnings(TRACING)
@pytest.mark.usefixtures("only_traced")
@pytest.mark.parametrize(("task", "model"), PAIRS)
def test_the_program_of_every_pair_serves_any_number_of_runs(task: str, model: str) -> None:
    shard, program = traced(task, model)
    assert program.serves(6)
    assert program.serves(5) == (model not in FOR_ONE_NUMBER)
    rows = torch.tensor([0, 1, 2, 4, 5]) if program.serves(5) else torch.arange(6)
    part = shard.of(rows)
    made = torch._dynamo.utils.counters["frames"]["total"]
    found = program(part.initial, part.examples.train, part.examples.extras)
    assert torch._dynamo.utils.counters["frames"]["total"] == made  # nothing was traced anew
    expected = part.network.gradients(part.initial, part.examples.train, part.examples.extras)
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.slow  # some seconds each
@pytest.mark.filterwarnings(TRACING)
@pytest.mark.usefixtures("only_traced")
def test_many_kinds_are_compiled_side_by_side() -> None:
    """The compiler gives a function up after eight programs; each kind has its own count."""
    frames = torch._dynamo.utils.counters["frames"]
    before = frames["ok"]
    for width in range(2, 12):
        traced("deep_linear_regression", "deep_linear", runs=2, width=[width])
    assert frames["ok"] == before + 10
