"""Sclocchi, Geiger & Wyart 2023: what the noise of stochastic gradient descent does, in lazy and in rich networks."""

from __future__ import annotations

from typing import Any

from phasescope.core.recipe import Claim, Companion, Picture, Recipe, Size

SCALE, RATE, EXAMPLES = "model.output_scale", "optimizer.learning_rate", "task.train_examples"
BATCH = 8
LAZIEST = 1000.0


def _experiment(
    *, name: str, description: str, width: int, examples: int, steps: int, checkpoints: int, seeds: int,
    axes: list[dict[str, Any]], rate: float = 1.0, scale: float = 1.0,
) -> dict[str, Any]:  # fmt: skip
    """Hinge loss divided by the output scale, batches of eight, until every example has its margin."""
    return {
        "name": name,
        "description": description,
        "task": {"name": "digits", "labels": "parity", "centred": True, "length": 8.0, "loss_kind": "hinge",
                 "one_output": True, "train_examples": examples},
        "model": {"name": "mlp", "width": width, "hidden_layers": 2, "parametrisation": "ntk", "biases": False,
                  "initial_weights": "gaussian", "centred": True, "output_scale": scale},
        "optimizer": {"name": "sgd", "learning_rate": rate},
        "batch_size": BATCH,
        "steps": steps,
        "checkpoints": {"log_spaced": checkpoints},
        "measures": ("loss", "accuracy", "weight_norm", "distance_from_initial", "layer_rotation", "drift"),
        "stop": {"measure": "train_loss", "at_most": 0.0},
        "axes": axes,
        "seeds": seeds,
        "phases": {"train_at_least": 1.0, "test_at_least": 0.97, "delay": 1000},
    }  # fmt: skip


def _map(
    *, width: int, examples: int, steps: int, seeds: int, scales: list[float], heats: list[float]
) -> dict[str, Any]:
    rates = [round(BATCH * heat, 6) for heat in heats]  # the temperature is the rate over the batch
    return _experiment(
        name="Noise and laziness",
        description="Odd or even digits, over output scale and temperature (the axis is eight temperatures, the rate "
        "at output scale 1). After Sclocchi et al. 2023.",
        width=width, examples=examples, steps=steps, checkpoints=30, seeds=seeds,
        axes=[{"path": SCALE, "values": scales, "scales": {RATE: -1}}, {"path": RATE, "values": rates}],
    )  # fmt: skip


def _sizes(*, width: int, counts: list[int], steps: int, seeds: int) -> Companion:
    return Companion(
        name="training_set_sizes",
        title="Larger training sets in the lazy regime",
        experiment=_experiment(
            name="Noise, laziness and the training set",
            description="The laziest network at temperature 0.3, over the number of examples. After Sclocchi et al.",
            width=width, examples=counts[0], steps=steps, checkpoints=60, seeds=seeds, rate=BATCH * 0.3 / LAZIEST,
            scale=LAZIEST, axes=[{"path": EXAMPLES, "values": counts}],
        ),
    )  # fmt: skip


def _at(scale: float, heat: float, series: str) -> dict[str, Any]:
    return {"series": series, "where": {SCALE: scale, RATE: BATCH * heat}}


NOISE_AND_LAZINESS = Recipe(
    name="noise_and_laziness",
    title="Noise and laziness",
    reference="Sclocchi, Geiger & Wyart (2023). Dissecting the Effects of SGD Noise in Distinct Regimes of Deep "
    "Learning. arXiv:2301.13703",
    question="What does the noise of stochastic gradient descent do, and does it depend on how lazy the network is?",
    summary="Two numbers are varied. The output scale multiplies what the network says, with its start subtracted: a "
    "large scale makes it lazy, so that tiny changes of the weights fit the data, and a small one makes it rich. The "
    "temperature is the learning rate over the batch size, the strength of the noise. Each run learns to tell odd from "
    "even digits and ends as soon as every training example has its margin, so all the noise does has been done "
    "before. In the lazy regime the weights move in proportion to the temperature: the noise pushes them about, and "
    "what it added has to be undone by the other examples, the more of them the longer. Below a small temperature the "
    "weights go only as far as the data ask. In the rich regime the distance hardly depends on the temperature, until "
    "the noise is so strong that training falls apart, at the upper corner of the map.",
    look_for=(
        "Colour the map by distance_from_initial: steps along the temperature on the lazy side, flat on the rich side.",
        "Colour it by test_accuracy: at the same temperature rich networks beat lazy ones.",
        "The corner of small scale and high temperature diverges: the border of training is part of the picture.",
        "Larger training sets: more steps, and a longer way.",
    ),
    try_next=(
        "Halve batch_size and the learning rate together: the temperature stays, and so should the map.",
        "Train on more digits (task.train_examples), and watch where the lazy side begins to feel the noise.",
        "Add a hidden layer: the best temperature on the rich side moves.",
    ),
    figures=("phase_diagram", "curves"),
    picture=Picture(
        caption="How far the weights went, over output scale and temperature (times eight).",
        kind="map",
        series=("distance_from_initial",),
        x=SCALE,
        y=RATE,
    ),
    claims=(
        Claim(
            name="noise_moves_the_lazy",
            statement="In the lazy regime the weights move in proportion to the temperature.",
            measured="exponent of the distance from the start over the temperature, output scale 1000, from 0.01 on",
            quantity={
                "name": "exponent",
                "reading": {"series": "distance_from_initial"},
                "over": RATE,
                "where": {SCALE: LAZIEST},
                "low": BATCH * 0.01,
            },
            at_least=0.85,
            at_most=1.1,
        ),
        Claim(
            name="not_the_rich",
            statement="In the rich regime the distance depends on the temperature far less.",
            measured="exponent of the distance from the start over the temperature, output scale 0.1, from 0.01 to 0.3",
            quantity={
                "name": "exponent",
                "reading": {"series": "distance_from_initial"},
                "over": RATE,
                "where": {SCALE: 0.1},
                "low": BATCH * 0.01,
                "high": BATCH * 0.3,
            },
            at_most=0.3,
        ),
        Claim(
            name="laziness",
            statement="At the least noise, the weights move the less the larger the output scale.",
            measured="factor by which the distance falls per decade of the output scale, from 1 to 100, temperature "
            "0.003",
            quantity={
                "name": "reading",
                "readings": {"rich": _at(1.0, 0.003, "distance_from_initial"),
                             "lazy": _at(100.0, 0.003, "distance_from_initial")},
                "expression": "sqrt(rich / lazy)",
            },
            at_least=5,
        ),
        Claim(
            name="features_win",
            statement="At the same strong noise the rich network answers better than the lazy one.",
            measured="test accuracy at output scale 0.1 minus that at 1000, temperature 0.3",
            quantity={
                "name": "reading",
                "readings": {"rich": _at(0.1, 0.3, "test_accuracy"), "lazy": _at(LAZIEST, 0.3, "test_accuracy")},
                "expression": "rich - lazy",
            },
            at_least=0.005,
        ),
        Claim(
            name="more_data_longer_way",
            statement="A lazy network moves further for a larger training set.",
            measured="exponent of the distance from the start over the number of examples",
            quantity={"name": "exponent", "reading": {"series": "distance_from_initial"}, "over": EXAMPLES},
            at_least=0.2,
            at_most=0.5,
            of="training_set_sizes",
        ),
        Claim(
            name="more_data_more_steps",
            statement="It takes more steps to fit a larger training set.",
            measured="exponent of the step of the fit over the number of examples",
            quantity={
                "name": "exponent",
                "reading": {"take": "step", "at": {"series": "train_loss", "at_most": 0.0}},
                "over": EXAMPLES,
            },
            at_least=0.4,
            of="training_set_sizes",
        ),
    ),
    sizes=(
        Size(
            name="small",
            note="8 × 8 digits instead of MNIST, 512 of them, two hidden layers of 64 and a map of 6 × 6: less than a "
            "minute of one processor core.",
            experiment=_map(width=64, examples=512, steps=6000, seeds=3, heats=[0.003, 0.01, 0.03, 0.1, 0.3, 1.0],
                            scales=[0.01, 0.1, 1.0, 10.0, 100.0, LAZIEST]),
            companions=(_sizes(width=64, counts=[64, 128, 256, 512, 900], steps=4000, seeds=3),),
        ),
        Size(
            name="paper",
            note="Still on the 8 × 8 digits, for the paper's widths and grids were not to be found: 256 units, a finer "
            "map and more steps. Minutes on a GPU, about an hour on two cores.",
            experiment=_map(width=256, examples=1024, steps=20_000, seeds=3,
                            heats=[0.001, 0.003, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0],
                            scales=[0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, LAZIEST]),
            companions=(_sizes(width=256, counts=[64, 128, 256, 512, 1024, 1600], steps=20_000, seeds=5),),
        ),
    ),
)  # fmt: skip
