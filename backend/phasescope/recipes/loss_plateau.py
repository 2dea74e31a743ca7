"""Gopalani & Hu 2025: what a transformer does while its loss stands still."""

from __future__ import annotations

from typing import Any

from phasescope.core.recipe import Claim, Picture, Recipe, Size

FACTOR = "interventions.0.factor"
LENGTH = 16
# [position that looks, position looked at]: each answer but the first looks at the two numbers that it is the sum of
BEST = [[LENGTH + 1 + answer, number] for answer in range(1, LENGTH) for number in (answer, answer + 1)]
DROP = {"series": "written_accuracy", "at_least": 0.5}
PLATEAU = {"series": "written_accuracy", "at_least": 0.2}
ATTENTION = "attention_progress.block_1.head_1"


def _experiment(*, width: int, batch: int, rate: float, steps: int, factors: list[float], seeds: int) -> dict[str, Any]:
    return {
        "name": "The loss plateau",
        "description": "Sums over a moving window, new sequences at every step, attention where it matters multiplied "
        "by a factor. After Gopalani & Hu 2025.",
        "task": {"name": "moving_window_sum", "length": LENGTH, "window": 2, "fresh": True, "predict_prompt": True,
                 "train_examples": 64, "test_examples": 64},
        "model": {"name": "transformer", "layers": 1, "width": width, "heads": 1, "attention": "linear",
                  "normalisation": "pre", "activation": "gelu_tanh", "attention_biases": True, "deviation": 0.02},
        "optimizer": {"name": "adam", "learning_rate": rate},
        "batch_size": batch,
        "steps": steps,
        "checkpoints": {"every": 10},
        "measures": ("loss", "written_accuracy", "repetition_rate", "token_cosine", "attention_progress",
                     "weight_norm"),
        "interventions": [{"name": "multiply_activation", "activation": "block_1.attention_weights", "entries": BEST,
                           "factor": 1.0}],
        "axes": [{"path": FACTOR, "values": factors}],
        "seeds": seeds,
        "stop": {"measure": "written_accuracy", "at_least": 0.98, "for_checkpoints": 2},
    }  # fmt: skip


def _plain(
    name: str, statement: str, measured: str, readings: dict[str, Any], expression: str, **bounds: float
) -> Claim:
    """Of the runs whose attention is left as it is."""
    quantity = {"name": "reading", "readings": readings, "where": {FACTOR: 1.0}, "expression": expression}
    return Claim.model_validate(
        {"name": name, "statement": statement, "measured": measured, "quantity": quantity, **bounds}
    )


def _drop(factor: float) -> dict[str, Any]:
    return {"take": "step", "at": DROP, "where": {FACTOR: factor}}


LOSS_PLATEAU = Recipe(
    name="loss_plateau",
    title="What happens during the plateau",
    reference="Gopalani & Hu (2025). What Happens During the Loss Plateau? Understanding Abrupt Learning in "
    "Transformers. arXiv:2506.13688",
    question="When the loss stands still and then drops, what was the network doing meanwhile?",
    summary="A transformer of one layer reads sixteen numbers and has to write the sums of neighbours, modulo "
    "seventeen. For most of the training its loss hardly moves, and then within a few dozen steps it solves the task. "
    "The plateau is not idle. Left to write on its own, the network repeats itself: the same token again and again, "
    "far more often than the data do. Its representations collapse: the positions at which it answers look nearly all "
    "the same. And under the surface attention slowly turns to the two numbers that each sum is made of, well before "
    "the loss shows it. That it is attention which everybody waits for can be tested: multiply the right attention "
    "weights by ten throughout, and the plateau shrinks to half; divide them by five, and it does not end in the time "
    "given.",
    look_for=(
        "written_accuracy over the step: the first answer, which only copies, is right early; the rest wait.",
        "repetition_rate is high on the plateau and falls with the drop.",
        "token_cosine of the last layer is near one on the plateau: collapse.",
        "attention_progress rises before the drop.",
    ),
    try_next=(
        "Let the factor act only from some step on (interventions.0.at): how late can help come?",
        "Replace linear attention by softmax: the plateau grows several times longer.",
        "Widen task.window: there is more to attend to, and more to wait for.",
    ),
    figures=("plateau_anatomy", "curves", "peri_event"),
    picture=Picture(
        caption="Attention left as it is: repetition and collapse on the plateau, and then the drop.",
        kind="lines",
        series=("written_accuracy", "repetition_rate", "token_cosine.norm", ATTENTION),
        where={FACTOR: 1.0},
        seed=0,
    ),
    claims=(
        _plain(
            "abrupt",
            "Nothing is understood until shortly before the drop.",
            "written accuracy, highest until 0.85 of the step at which it is one half",
            {"early": {"series": "written_accuracy", "take": "highest", "until": {**DROP, "times": 0.85}}},
            "early",
            at_most=0.2,
        ),
        _plain(
            "repetition",
            "On the plateau the network repeats itself far more often than the data do.",
            "highest repetition rate before the drop over that of the data",
            {
                "most": {"series": "repetition_rate", "take": "highest", "until": DROP},
                "data": {"series": "repetition_rate_of_data"},
            },
            "most / data",
            at_least=3,
        ),
        _plain(
            "collapse",
            "On the plateau all positions are represented alike, and no longer after the drop.",
            "highest cosine between tokens before the drop minus the last",
            {
                "most": {"series": "token_cosine.norm", "take": "highest", "until": DROP},
                "end": {"series": "token_cosine.norm"},
            },
            "most - end",
            at_least=0.6,
        ),
        _plain(
            "attention_first",
            "Attention has turned to the right places before the accuracy moves.",
            "attention on the best map when written accuracy passes 0.2, over that at the start",
            {
                "then": {"series": ATTENTION, "until": PLATEAU},
                "start": {"series": ATTENTION, "take": "first"},
            },
            "then / start",
            at_least=2,
        ),
        Claim(
            name="help_shortens",
            statement="Ten times the right attention shortens the plateau.",
            measured="step of the drop with factor 1 over that with factor 10",
            quantity={"name": "reading", "readings": {"plain": _drop(1.0), "helped": _drop(10.0)},
                      "expression": "plain / helped"},
            at_least=1.3,
            at_most=1000,
        ),
        Claim(
            name="hindrance_lengthens",
            statement="A fifth of the right attention lengthens it.",
            measured="step of the drop with factor 0.2 over that with factor 1 (never: not in the time given)",
            quantity={"name": "reading", "readings": {"plain": _drop(1.0), "hindered": _drop(0.2)},
                      "expression": "hindered / plain"},
            at_least=1.1,
        ),
    ),
    sizes=(
        Size(
            name="small",
            note="Width 128 instead of 256 and batches of 64 instead of 256, at three times the rate: four minutes of "
            "one processor core. The drop comes after 200 to 400 steps, earlier or later by the seed.",
            experiment=_experiment(width=128, batch=64, rate=3e-4, steps=500, factors=[0.2, 1.0, 10.0], seeds=3),
        ),
        Size(
            name="paper",
            note="Width 256, batches of 256, Adam at 0.0001 and the start of the weights as in the published code, and "
            "2,000 steps for all factors: a quarter of an hour of one core for each plain run.",
            experiment=_experiment(width=256, batch=256, rate=1e-4, steps=2000,
                                   factors=[0.2, 0.5, 1.0, 2.5, 10.0], seeds=3),
        ),
    ),
)  # fmt: skip
