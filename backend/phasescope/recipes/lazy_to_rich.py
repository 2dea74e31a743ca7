"""Kumar et al. 2024: grokking as the passage from lazy to rich learning, in polynomial regression."""

from __future__ import annotations

from typing import Any

from phasescope.core.recipe import Claim, Picture, Recipe, Size

VARIANCE = 2.0  # of the target (w·x)² over x ~ N(0, I)
FITTED = {"series": "train_loss", "at_most": 0.1 * VARIANCE}


def _experiment(
    *, features: int, examples: int, width: int, steps: int, scales: list[float], seeds: int, checkpoints: int
) -> dict[str, Any]:
    """Gradient descent on the squared error divided by the square of the output scale."""
    return {
        "name": "From lazy to rich",
        "description": "A committee of quadratic units learns the square of one direction, at several output scales. "
        "After Kumar et al. 2024.",
        "task": {
            "name": "teacher_student",
            "teacher": "hermite",
            "features": features,
            "coefficients": [1.0, 0.0, 1.0],  # 1 + He₂(z) = z²
            "train_examples": examples,
            "test_examples": 4000,
        },
        "model": {"name": "committee", "width": width, "curvature": 0.25},
        "optimizer": {"name": "sgd", "learning_rate": 0.5 * width},
        "steps": steps,
        "checkpoints": {"log_spaced": checkpoints},
        "measures": ("loss", "weight_norm", "distance_from_initial", "tangent_kernel", "kernel_regression",
                     "loss_split"),
        "axes": [{"path": "model.output_scale", "values": scales, "scales": {"optimizer.learning_rate": -2}}],
        "seeds": seeds,
    }  # fmt: skip


def _at(scale: float, **reading: Any) -> dict[str, Any]:
    return {**reading, "where": {"model.output_scale": scale}}


LAZY_TO_RICH = Recipe(
    name="lazy_to_rich",
    title="From lazy to rich",
    reference="Kumar, Bordelon, Gershman & Pehlevan (2024). Grokking as the Transition from Lazy to Rich Training "
    "Dynamics. arXiv:2310.06110",
    question="Can a network grok without weight decay, merely because it begins as a kernel machine?",
    summary="The target is the square of one hidden direction; the network is a committee of slightly curved units of "
    "which only the input weights learn. Its output scale says how lazy it is: the larger the scale, the less the "
    "weights have to move to fit the training set. A lazy network fits with the features it was born with, and those "
    "say little about the hidden direction, so the test error stays at the variance of the target. The gradient goes "
    "on turning the features, however, and once they point along the direction the test error falls, long after the "
    "training error. No weight decay is involved, and the weights grow all the while. Because everything is quadratic, "
    "the test error can be written down exactly, as a wrong mean plus wrong features plus a wrong slope.",
    look_for=(
        "The test loss of each output scale: the larger the scale, the longer the wait.",
        "The relative change of the tangent kernel when the training set is fitted halves with each doubling of the "
        "scale: that is how lazy the network was.",
        "The exact split: nearly all of the test loss is features that do not point along the teacher.",
        "The network ends far below what its initial kernel could have done.",
    ),
    try_next=(
        "Vary model.curvature: it changes how much of the target the first kernel sees.",
        "Give it more training examples: kernel and network generalise together, and there is nothing to grok.",
        "Set model.initial_scale, and compare it with the output scale: both make a network lazy.",
    ),
    figures=("curves", "phase_diagram"),
    picture=Picture(
        caption="Test loss over the step for four output scales: the lazier, the later.",
        kind="lines",
        series=("test_loss",),
        by="model.output_scale",
    ),
    claims=(
        Claim(
            name="not_at_fit",
            statement="When the training set is fitted, nothing is understood yet.",
            measured="test loss at the fit, in variances of the target, least over output scales",
            quantity={
                "name": "reading",
                "readings": {"test": {"series": "test_loss", "until": FITTED, "over": "lowest"}},
                "expression": f"test / {VARIANCE}",
            },
            at_least=0.45,
        ),
        Claim(
            name="understood_later",
            statement="At the smallest output scale the test loss falls long after the fit, without weight decay.",
            measured="test loss at the fit over test loss at the end, output scale 0.5",
            quantity={
                "name": "reading",
                "readings": {
                    "then": _at(0.5, series="test_loss", until=FITTED),
                    "end": _at(0.5, series="test_loss"),
                },
                "expression": "then / end",
            },
            at_least=10,
        ),
        Claim(
            name="laziness",
            statement="The kernel's change at the fit is inversely proportional to the output scale.",
            measured="exponent of the relative change of the tangent kernel at the fit over the output scale",
            quantity={
                "name": "exponent",
                "reading": {"series": "kernel_relative_change", "until": FITTED},
                "over": "model.output_scale",
            },
            at_least=-1.15,
            at_most=-0.85,
        ),
        Claim(
            name="lazier_is_later",
            statement="The lazier the network, the later it understands.",
            measured="rank correlation of the output scale and the step at which the test loss is half the variance",
            quantity={
                "name": "rank_correlation",
                "reading": {"take": "step", "at": {"series": "test_loss", "at_most": VARIANCE / 2, "after": 20}},
                "over": "model.output_scale",
            },
            at_least=0.9,
        ),
        Claim(
            name="beyond_the_kernel",
            statement="The network ends far below the regression with its initial kernel.",
            measured="loss of kernel regression over test loss at the end, output scale 0.5",
            quantity={
                "name": "reading",
                "readings": {"kernel": _at(0.5, series="kernel_regression_loss"), "end": _at(0.5, series="test_loss")},
                "expression": "kernel / end",
            },
            at_least=5,
        ),
        Claim(
            name="norm_grows",
            statement="The weights grow while it groks; it is no shrinking norm that does it.",
            measured="norm of the weights at the end over at the start, least over output scales",
            quantity={
                "name": "reading",
                "readings": {
                    "start": {"series": "weight_norm", "take": "first", "over": "highest"},
                    "end": {"series": "weight_norm", "over": "lowest"},
                },
                "expression": "end / start",
            },
            at_least=1.1,
        ),
        Claim(
            name="exact_split",
            statement="Offset, features and slope add up to the test loss.",
            measured="their sum over the measured test loss at the end, mean over output scales",
            quantity={
                "name": "reading",
                "readings": {"exact": {"series": "exact_test_loss"}, "test": {"series": "test_loss"}},
                "expression": "exact / test",
            },
            at_least=0.9,
            at_most=1.1,
        ),
    ),
    sizes=(
        Size(
            name="small",
            note="40 inputs, 150 examples and 200 units instead of 100, 550 and 500: one to two minutes of one core. "
            "With fewer examples per input the delay is starker than in the paper.",
            experiment=_experiment(
                features=40, examples=150, width=200, steps=12_000, scales=[0.5, 1.0, 2.0, 4.0], seeds=3, checkpoints=30
            ),
        ),
        Size(
            name="paper",
            note="As in the published code of the output-scale sweep: 100 inputs, 550 examples, 500 units, 60,000 "
            "steps. About an hour of one core, minutes on a GPU. Scales below 0.5 are left out: the learning rate "
            "that goes with them is above the largest that is allowed.",
            experiment=_experiment(
                features=100, examples=550, width=500, steps=60_000, scales=[0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0],
                seeds=1, checkpoints=60,
            ),
        ),
    ),
)  # fmt: skip
