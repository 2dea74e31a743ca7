"""New examples at every step: each run's are its own, alone, in a shard, and resumed; what is tested stays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from phasescope.core.catalogue import kept_catalogue
from phasescope.core.door import admit
from phasescope.core.errors import InvalidSpec
from phasescope.core.spec import RunSpec
from phasescope.engine.agenda import Agenda
from phasescope.engine.branch import fork
from phasescope.engine.feed import Feed
from phasescope.engine.shard import NoBatchSize, prepare
from phasescope.engine.snapshot import Snapshot
from phasescope.engine.train import train
from phasescope.tasks import TASKS
from phasescope.tasks.fresh import FreshTask

from .families import PAIRS, collect, family, run_spec, trajectories

STEPS = (0, 1, 7, 20)
EXACT = 1e-9
VARIED: dict[str, dict[str, list[Any]]] = {
    "markov_in_context": {"concentration": [0.05, 1.0, 3.0], "graph": ["tree"]},
    "delayed_memory": {"noise": [0.0, 0.1, 0.5]},
    "sparse_parity": {"label_noise": [0.0, 0.3]},
    "teacher_student": {"noise": [0.0, 0.2]},
    "linear_ssm_teacher": {"decay": [0.5, 0.9], "strength": [1.0, 2.0, 3.0]},
    "induction": {
        "classes": [8, 12, 16],
        "burstiness": [1, 2],
        "bursty_share": [1.0, 0.5],
        "zipf": [0.0, 1.5],
        "variation": [0.1, 0.5],
        "novel_share": [0.0, 0.4, 0.0, 1.0],
        "places": [9],
        "label_noise": [0.0, 0.3],
    },
}
FRESH = [name for name, task in TASKS.items() if issubclass(task, FreshTask)]
CASES = [next(pair for pair in PAIRS if pair[0] == name) for name in FRESH]
CPU = torch.device("cpu")


def fresh_family(count: int, task: str, model: str) -> dict[int, RunSpec]:
    settings = {"fresh": [True], **VARIED.get(task, {})}
    return family(count, task, model, batch_size=5, task_settings=settings)


def test_every_task_whose_paper_draws_anew_can() -> None:
    sequences = {"moving_window_sum", "prefix_sum", "copy", "reverse", "permute", "histogram", "digit_addition"}
    others = {"markov_in_context", "induction", "delayed_memory", "sparse_parity", "teacher_student"}
    assert sequences | others <= set(FRESH)


@pytest.mark.parametrize(("task", "model"), CASES)
def test_alone_equals_in_a_shard_and_resumed_equals_never_stopped(task: str, model: str) -> None:
    runs = fresh_family(7, task, model)
    kept: dict[int, list[np.ndarray]] = {run: [] for run in runs}
    data = b""
    for checkpoint in train(runs, STEPS):
        collect(checkpoint, kept)
        data = checkpoint.snapshot() if checkpoint.step == 7 else data
    whole = {run: np.stack(values) for run, values in kept.items()}
    for run in (0, 5):
        alone = trajectories({run: runs[run]}, STEPS)
        np.testing.assert_allclose(alone[run], whole[run], rtol=0, atol=EXACT)
    snapshot = Snapshot.from_bytes(data)
    few = trajectories({run: runs[run] for run in (6, 2)}, STEPS, resume=snapshot)
    for run in (6, 2):
        np.testing.assert_allclose(few[run][-1], whole[run][-1], rtol=0, atol=EXACT)
    for checkpoint in fork({99: (3, runs[3])}, snapshot, STEPS):
        last = checkpoint.parameters[0].numpy()
    np.testing.assert_allclose(last, whole[3][-1], rtol=0, atol=EXACT)


@pytest.mark.parametrize(("task", "model"), CASES)
def test_every_step_and_every_run_has_its_own_examples_and_one_seed_the_same(task: str, model: str) -> None:
    specs = [fresh_family(1, task, model)[0].model_copy(update={"seed": seed}) for seed in (1, 2, 1)]
    shard = prepare(specs, CPU)
    feed, another = (Feed(shard, Agenda(shard.interventions)) for _ in range(2))
    first, second, again = feed.at(0), feed.at(1), another.at(0)
    assert first.inputs.shape[:2] == first.targets.shape[:2] == first.weights.shape == (3, 5)
    assert first.inputs.shape[2:] == shard.examples.test.inputs.shape[2:]
    assert first.targets.shape[2:] == shard.examples.test.targets.shape[2:]
    assert first.inputs.dtype == shard.examples.test.inputs.dtype
    assert not torch.equal(first.inputs[0], first.inputs[1])
    assert not torch.equal(first.inputs[0], second.inputs[0])
    for values in ("inputs", "targets"):
        assert torch.equal(getattr(first, values), getattr(again, values))
        assert torch.equal(getattr(first, values)[0], getattr(first, values)[2])
    for kept in (shard.examples.train, shard.examples.test):
        assert not torch.equal(first.inputs[0][:4], kept.inputs[0][:4])


def test_a_run_has_the_same_test_set_whether_or_not_it_trains_on_new_examples() -> None:
    kept = run_spec("markov_in_context", "mlp", batch_size=4)
    fresh = run_spec("markov_in_context", "mlp", batch_size=4, task_settings={"fresh": True})
    one, other = (prepare([spec], CPU).examples for spec in (kept, fresh))
    for split in ("test", "probe", "train"):
        assert torch.equal(getattr(one, split).inputs, getattr(other, split).inputs)


def test_it_must_be_said_how_many() -> None:
    spec = run_spec("copy", "transformer", task_settings={"fresh": True})
    with pytest.raises(NoBatchSize, match="batch_size"):
        prepare([spec], CPU)
    given: dict[str, Any] = {
        "name": "a test",
        "task": {"name": "copy", "fresh": True},
        "model": {"name": "transformer"},
        "optimizer": {"name": "adam"},
        "steps": 10,
    }
    with pytest.raises(InvalidSpec) as caught:
        admit(given, kept_catalogue())
    assert [problem.field for problem in caught.value.problems] == ["batch_size"]
    assert admit({**given, "batch_size": 8}, kept_catalogue()).task["fresh"] is True
    axes = [{"path": "batch_size", "values": [4, 8]}]
    assert admit({**given, "axes": axes}, kept_catalogue()).count() == 2
    assert "fresh" not in admit({**given, "task": {"name": "copy"}}, kept_catalogue()).task


def test_new_examples_teach_what_a_kept_set_of_as_many_does_not() -> None:
    """Copying two of eight numbers: four kept sequences are learned by heart, new ones each time as a rule."""

    def test_loss(fresh: bool) -> float:
        spec = run_spec(
            "copy",
            "transformer",
            batch_size=16,
            precision="float32",
            optimizer={"name": "adam", "learning_rate": 2e-2},
            task_settings={"fresh": fresh, "train_examples": 4, "length": 2, "largest": 8, "test_examples": 64},
        )
        *_, last = train({0: spec}, (0, 60))
        return float(last.losses("test")[0])

    losses = test_loss(True), test_loss(False)
    assert losses[0] < 0.5 < 1.0 < losses[1]
