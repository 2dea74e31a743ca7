"""Whatever is data over the run axis, and whatever happens to a run, keeps runs apart: alone, in a shard, resumed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from phasescope.engine.snapshot import Snapshot
from phasescope.engine.train import train
from phasescope.interventions import INTERVENTIONS

from .families import OPTIMIZER_NAMES, collect, family, trajectories

STEPS = (0, 1, 7, 20, 45, 60)
EXACT = 1e-9
CASES: dict[str, dict[str, Any]] = {
    **{f"optimizer {name}": {"optimizer": name} for name in OPTIMIZER_NAMES},
    "langevin, temperatures": {"optimizer": "langevin", "over_runs": {"temperature": [0.0, 1e-3, 0.1]}},
    "sam, radii": {"optimizer": "sam", "over_runs": {"radius": [0.0, 0.05, 0.5]}},
    "nesterov": {"optimizer": "sgd", "optimizer_settings": {"nesterov": True}},
    "schedules": {"over_runs": {"schedule": ["constant", "cosine", "step", "inverse_square_root"],
                                "schedule_steps": [10, 25], "warm_up": [0, 5, 9], "schedule_floor": [0.0, 0.2]}},
    "clipping": {"optimizer": "sgd", "over_runs": {"clip_norm": [None, 0.1, 1.0]}},
    "gradient noise": {"optimizer": "sgd", "over_runs": {"gradient_noise": [0.0, 0.1, 1.0]}},
    "ema": {"optimizer": "sgd", "optimizer_settings": {"gradient_filter": "ema"},
            "over_runs": {"filter_strength": [0.0, 2.0, 5.0], "filter_memory": [0.9, 0.98]}},
    "moving average": {"optimizer_settings": {"gradient_filter": "moving_average", "filter_window": 6},
                       "over_runs": {"filter_strength": [0.0, 2.0, 5.0]}},
    "scales": {"model_settings": {"initial_scale": [1.0, 0.5, 2.0], "output_scale": [1.0, 3.0],
                                  "centred": [False, False, True]}},
    "label noise": {"task_settings": {"label_noise": [0.0, 0.3, 1.0]}},
    "label smoothing": {"task": "modular_arithmetic", "model": "mlp",
                        "task_settings": {"label_smoothing": [0.0, 0.1, 0.4]}},
    "change_task": {"task": "modular_arithmetic", "model": "mlp", "interventions": (
        {"name": "change_task", "field": "operation", "value": ["multiply", "subtract"], "at": [5, 20, 33],
         "until": [None, 50], "share": [1.0, 0.4]},
        {"name": "change_task", "field": "train_fraction", "value": [0.2, 0.7], "at": [0, 11, 22]})},
    "change_task, fresh": {"task": "markov_in_context", "model": "mlp", "task_settings": {"fresh": [True]},
                           "batch_size": 4, "interventions": (
        {"name": "change_task", "field": "graph", "value": ["tree", "pairs"], "at": [5, 20], "share": [1.0, 0.4]},)},
    "task_sequence": {"task": "induction", "model": "transformer", "interventions": (
        {"name": "task_sequence", "field": "burstiness", "first": 1, "last": 2, "every": [6, 20], "at": [0, 3]},)},
    "inject_label_noise": {"interventions": ({"name": "inject_label_noise", "label_noise": [0.5, 0.0, 1.0],
                                              "at": [7, 22], "until": [None, 40]},)},
    "curriculum": {"task": "digits", "model": "mlp", "task_settings": {"train_examples": [40, 50]}, "interventions": (
        {"name": "curriculum", "growth": [30, 55], "begin": [0.1, 0.5, 1.0], "at": [0, 6], "order": "hard_first"},)},
    "noisy_inputs": {"task": "teacher_student", "model": "mlp", "interventions": (
        {"name": "noisy_inputs", "strength": [1.0, 0.3], "at": [0, 7], "until": [30, None, 21]},)},
    "noisy_inputs, tokens": {"interventions": ({"name": "noisy_inputs", "strength": [1.0, 0.3], "at": [0, 7]},)},
    "blur_images": {"task": "digits", "model": "mlp", "task_settings": {"train_examples": [40, 50]}, "interventions": (
        {"name": "blur_images", "radius": [0.5, 3.0], "at": [0, 7], "until": [30, None, 21]},)},
    "change_setting": {"interventions": ({"name": "change_setting", "field": "learning_rate", "at": [5, 30],
                                          "until": [None, 50, 40], "value": [0.0, 1e-2]},)},
    "batch sizes": {"batch_size": [4, 1, 7, 30]},
    "batch sizes, fresh": {"task": "teacher_student", "model": "mlp", "task_settings": {"fresh": [True]},
                           "batch_size": [3, 8, 5]},
    "batch sizes for a while": {"batch_size": [4, 2, 7], "interventions": (
        {"name": "change_setting", "field": "batch_size", "at": [5, 19], "until": [None, 40, 31], "value": [6, 3]},
        {"name": "change_setting", "field": "batch_size", "at": [25, 8], "until": [50, None], "value": [1, 9, 30]},)},
    "batches from a step on": {"batch_size": None, "interventions": (
        {"name": "change_setting", "field": "batch_size", "when": "train_loss", "at_most": [9.0, 0.5, 0.1],
         "look_every": [3, 7], "lasts": [20, None], "value": [2, 5]},)},
    "batch sizes of changed data": {"task": "sparse_parity", "model": "mlp", "task_settings": {"fresh": [True]},
                                    "batch_size": [4, 6], "interventions": (
        {"name": "change_task", "field": "relevant", "value": [1, 3], "at": [5, 20], "share": [1.0, 0.4]},
        {"name": "change_setting", "field": "batch_size", "at": [9, 30], "until": [40, None], "value": [2, 7, 3]},)},
    "output scale for a while": {"model_settings": {"output_scale": [1.0, 3.0], "centred": [False, False, True]},
                                 "interventions": (
        {"name": "change_setting", "field": "model.output_scale", "at": [5, 20], "until": [None, 45],
         "value": [2.0, 1.0, 0.5]},)},
    "label smoothing for a while": {"task": "modular_arithmetic", "model": "mlp",
                                    "task_settings": {"label_smoothing": [0.0, 0.2]}, "interventions": (
        {"name": "change_setting", "field": "task.label_smoothing", "at": [5, 20], "until": [None, 45],
         "value": [0.3, 0.0, 0.5]},)},
    "schedule from a step on": {"over_runs": {"schedule_steps": [10, 25]}, "interventions": (
        {"name": "change_setting", "field": "schedule", "at": [5, 20], "until": [None, 45],
         "value": ["cosine", "step", "inverse_square_root"]},)},
    "perturb_weights": {"interventions": ({"name": "perturb_weights", "at": [0, 7, 21], "norm": [0.5, 0.0, 3.0],
                                           "every": [None, 13]},)},
    "perturb_weights, down": {"interventions": ({"name": "perturb_weights", "at": [3, 7], "norm": [0.1, 0.3],
                                                 "direction": "descend", "every": 9},)},
    "reset_weights": {"interventions": ({"name": "reset_weights", "at": [7, 22], "every": [10, None, 4],
                                         "until": [None, 40], "weights": "embedding"},)},
    "freeze_weights": {"interventions": ({"name": "freeze_weights", "at": [0, 7], "until": [None, 25, 44],
                                          "weights": "hidden_1"},)},
    "constrain_norm": {"interventions": ({"name": "constrain_norm", "share": [1.0, 0.5], "until": [None, 33]},)},
    "multiply_activation": {"interventions": ({"name": "multiply_activation", "activation": "hidden_1", "at": [0, 7],
                                               "until": [None, 22, 44], "factor": [2.0, 0.0, 0.5],
                                               "units": [[1, 3]]},)},
    "clamp_activation": {"interventions": ({"name": "clamp_activation", "activation": "embedding", "at": [3, 20],
                                            "until": [None, 33], "value": [0.0, 0.5], "units": [[2]]},)},
    "heads and maps": {"task": "modular_arithmetic", "model": "transformer", "interventions": (
        {"name": "multiply_activation", "activation": "block_1.heads", "head": [1, 2, None], "factor": 0.0,
         "until": 30},
        {"name": "clamp_activation", "activation": "block_1.attention_weights", "value": [0.0, 1.0], "at": [5, 21],
         "distances": [[1]]})},
    "dropout": {"model_settings": {"dropout": [0.0, 0.3, 0.8]}},
    "dropout for a while": {"model_settings": {"dropout": [0.0, 0.3]}, "interventions": (
        {"name": "change_setting", "field": "model.dropout", "value": [0.5, 0.0], "at": [5, 20],
         "until": [None, 45]},)},
    "noise of the state": {"task": "delayed_memory", "model": "rnn", "model_settings": {"noise": [0.0, 0.1, 1.0]}},
    "begun on a condition": {"interventions": (
        {"name": "perturb_weights", "norm": 1.0, "when": "train_loss", "at_most": [0.9, 0.6, 0.3], "look_every": [3, 7],
         "every": [None, 11]},
        {"name": "multiply_activation", "activation": "hidden_2", "factor": 0.5, "when": "weight_norm", "at": 2,
         "at_least": [0.0, 6.5], "look_every": 4, "lasts": [5, 30]},
        {"name": "change_setting", "field": "learning_rate", "value": 1e-2, "when": "test_accuracy",
         "at_least": [0.0, 0.2], "look_every": 6, "lasts": [None, 20]})},
    "lsuv and a reset": {"task": "digits", "model": "mlp",
                         "model_settings": {"initial_weights": ["lsuv"], "initial_scale": [1.0, 0.5]},
                         "interventions": ({"name": "reset_weights", "at": [7, 22], "weights": "hidden_1"},)},
    "several at once": {"optimizer_settings": {"gradient_filter": "ema"}, "over_runs": {"warm_up": [0, 12]},
                        "interventions": ({"name": "perturb_weights", "at": 7, "norm": 1.0},
                                          {"name": "freeze_weights", "at": [3, 9], "until": 30, "weights": "readout"},
                                          {"name": "change_setting", "field": "weight_decay", "at": 11, "value": 1.0})},
}  # fmt: skip


def test_every_intervention_is_among_the_cases() -> None:
    assert set(INTERVENTIONS) <= set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_alone_equals_in_a_shard(case: str) -> None:
    runs = family(7, **CASES[case])
    together = trajectories(runs, STEPS)
    for run in (1, 5):
        alone = trajectories({run: runs[run]}, STEPS)
        np.testing.assert_allclose(alone[run], together[run], rtol=0, atol=EXACT)


NEW = ("multiply_activation", "heads and maps", "dropout for a while", "noise of the state", "begun on a condition",
       "lsuv and a reset", "batch sizes for a while", "output scale for a while")  # fmt: skip


@pytest.mark.parametrize("case", NEW)
def test_alone_equals_in_a_shard_of_256_in_another_order(case: str) -> None:
    runs, steps = family(256, **{"batch_size": 4, **CASES[case]}), (0, 9, 25)
    together = trajectories(dict(reversed(runs.items())), steps)
    for run in (0, 101, 255):
        alone = trajectories({run: runs[run]}, steps)
        np.testing.assert_allclose(alone[run], together[run], rtol=0, atol=EXACT)


@pytest.mark.parametrize("case", NEW)
def test_float32_stays_within_a_thousandth(case: str) -> None:
    runs = family(16, precision="float32", **CASES[case])
    together = trajectories(runs, STEPS)
    np.testing.assert_allclose(trajectories({9: runs[9]}, STEPS)[9], together[9], rtol=0, atol=1e-3)


@pytest.mark.parametrize("case", [case for case in NEW if case != "begun on a condition"])  # that one changes the rate
def test_a_run_that_diverges_harms_nobody(case: str) -> None:
    more = {**CASES[case], "over_runs": {"learning_rate": [1e-3, 1e3, 2e-3], "weight_decay": [0.0, 1e5, 0.0]},
            "optimizer": "sgd"}  # fmt: skip
    runs = family(3, **more)
    gone: list[int] = []
    for checkpoint in train(runs, STEPS):
        gone += checkpoint.diverged
    assert gone == [1]
    assert checkpoint.runs == (0, 2)
    for row, run in enumerate(checkpoint.runs):
        alone = trajectories({run: runs[run]}, STEPS)[run][-1]
        np.testing.assert_allclose(checkpoint.parameters[row].numpy(), alone, rtol=0, atol=EXACT)


@pytest.mark.parametrize("case", CASES)
def test_resumed_at_any_checkpoint_and_after_others_have_left_equals_never_stopped(case: str) -> None:
    runs = family(7, **{"batch_size": 4, **CASES[case]})
    whole: dict[int, list[np.ndarray]] = {run: [] for run in runs}
    snapshots = []
    for checkpoint in train(runs, STEPS):
        collect(checkpoint, whole)
        snapshots.append(checkpoint.snapshot())
    stay = (4, 1, 6)
    for number, step in enumerate(STEPS[:-1]):
        kept: dict[int, list[np.ndarray]] = {run: [] for run in runs}
        resumed = train({run: runs[run] for run in stay}, STEPS, resume=Snapshot.from_bytes(snapshots[number]))
        for checkpoint in resumed:
            collect(checkpoint, kept)
            if checkpoint.step == 20:
                checkpoint.retire([1])
        for run in stay:
            last = len(STEPS) if run != 1 or step >= 20 else STEPS.index(20) + 1
            np.testing.assert_array_equal(len(kept[run]), last - number - 1)
            np.testing.assert_allclose(np.stack(kept[run]), np.stack(whole[run])[number + 1 : last], atol=EXACT, rtol=0)
