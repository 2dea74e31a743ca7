"""Lyu et al. 2024: grokking as two implicit biases, an early one of the kernel and a late one of weight decay."""

from __future__ import annotations

from typing import Any

from phasescope.core.recipe import Claim, Companion, Picture, Recipe, Size

SCALE, DECAY = "model.initial_scale", "optimizer.weight_decay"


def _sparse(
    *, features: int, examples: int, scales: list[float], decays: list[float], rate: float, steps: int, seeds: int
) -> dict[str, Any]:
    return {
        "name": "Early and late bias",
        "description": "The sign of three of very many signs, learned by a diagonal network from a large start, with "
        "and without weight decay. After Lyu et al. 2024.",
        "task": {"name": "sparse_sign", "features": features, "train_examples": examples, "test_examples": 1000},
        "model": {"name": "diagonal_net"},
        "optimizer": {"name": "sgd", "learning_rate": rate},
        "steps": steps,
        "checkpoints": {"log_spaced": 40},
        "measures": ("loss", "accuracy", "weight_norm", "distance_from_initial"),
        "axes": [{"path": SCALE, "values": scales}, {"path": DECAY, "values": decays}],
        "seeds": seeds,
        "phases": {"train_at_least": 0.99, "test_at_least": 0.95, "delay": 100},
    }


def _misgrokking(*, features: int, gap: float, rate: float, decay: float, steps: int, seeds: int) -> Companion:
    return Companion(
        name="misgrokking",
        title="The other way round: what the kernel understood is lost",
        experiment={
            "name": "Misgrokking",
            "description": "Two clouds that the early bias tells apart and the late one does not. After Lyu et al.",
            "task": {"name": "separated_gaussians", "features": features, "separation": gap, "train_examples": 100,
                     "test_examples": 500},
            "model": {"name": "diagonal_net", "initial_scale": 10.0},
            "optimizer": {"name": "sgd", "learning_rate": rate, "weight_decay": decay},
            "steps": steps,
            "checkpoints": {"log_spaced": 30},
            "measures": ("loss", "accuracy", "weight_norm"),
            "seeds": seeds,
        },
    )  # fmt: skip


def _completion(*, size: int, scale: float, rate: float, decay: float, steps: int, seeds: int) -> Companion:
    return Companion(
        name="matrix_completion",
        title="The same in matrix completion",
        experiment={
            "name": "Grokking matrix completion",
            "description": "A fifth of a multiplication table; the rest is understood by weight decay alone. After Lyu "
            "et al.",
            "task": {"name": "matrix_completion", "size": size, "train_fraction": 0.2},
            "model": {"name": "symmetric_factors", "initial_scale": scale},
            "optimizer": {"name": "sgd", "learning_rate": rate},
            "steps": steps,
            "checkpoints": {"log_spaced": 40},
            "measures": ("loss", "weight_norm", "weight_spectrum"),
            "axes": [{"path": DECAY, "values": [0.0, decay]}],
            "seeds": seeds,
        },
    )


def _at(scale: float, *, decayed: bool, **reading: Any) -> dict[str, Any]:
    return {**reading, "where": {SCALE: scale, DECAY: 0.01 if decayed else 0.0}}


FITTED = {"series": "train_accuracy", "at_least": 1.0}
COMPLETED = {"series": "train_loss", "at_most": 1e-3}

EARLY_AND_LATE_BIAS = Recipe(
    name="early_and_late_bias",
    title="Early and late bias",
    reference="Lyu, Jin, Li, Du, Lee & Hu (2024). Dichotomy of Early and Late Phase Implicit Biases Can Provably "
    "Induce Grokking. arXiv:2311.18817",
    question="Is grokking the moment at which one implicit bias hands over to another?",
    summary="A network with large initial weights and a little weight decay has two preferences, one after the other. "
    "At first it behaves like a kernel machine and fits the training set with the smallest possible change, which in a "
    "diagonal linear network means small weights in the ordinary norm. Weight decay then forgets the start at a "
    "steady rate, and once it is forgotten small weights in the sum of absolute values win: sparse ones. Here the "
    "label depends on three of very many coordinates, so the early solution is nearly useless and the late one nearly "
    "perfect, and between the two the test accuracy leaps. Where two clouds differ in all coordinates a little, the "
    "same hand-over goes the other way: the early solution is right and the late one spoils it. The paper calls this "
    "misgrokking. Filling in a multiplication table from a fifth of it tells the same story with rank in place of "
    "sparsity.",
    look_for=(
        "Everything is fitted in a few steps; the leap of the test accuracy comes thousands of steps later.",
        "Without weight decay the leap from the large start never comes.",
        "From a larger start it comes later: the start has to be forgotten first.",
        "Misgrokking: training accuracy stays perfect while test accuracy falls.",
    ),
    try_next=(
        "Halve the weight decay: the leap comes twice as late.",
        "Turn the weight decay off in the middle of a run (intervention change_setting) and see which bias stays.",
        "Raise model.depth to 3: the late bias then wants still sparser weights.",
    ),
    figures=("curves", "phase_diagram"),
    picture=Picture(
        caption="Test accuracy over the step from the large start, with weight decay (0.01) and without.",
        kind="lines",
        series=("test_accuracy",),
        by=DECAY,
        where={SCALE: 10.0},
    ),
    claims=(
        Claim(
            name="useless_at_fit",
            statement="When the training set is fitted, the test accuracy is close to chance.",
            measured="test accuracy at the fit, initial scale 10, with decay",
            quantity={"name": "reading", "readings": {"x": _at(10.0, decayed=True, series="test_accuracy",
                                                               until=FITTED)}, "expression": "x"},
            at_most=0.65,
        ),
        Claim(
            name="understood_with_decay",
            statement="With weight decay it understands later.",
            measured="highest test accuracy, initial scale 10, with decay",
            quantity={"name": "reading", "readings": {"x": _at(10.0, decayed=True, series="test_accuracy",
                                                               take="highest")}, "expression": "x"},
            at_least=0.99,
        ),
        Claim(
            name="never_without",
            statement="Without weight decay it does not understand.",
            measured="highest test accuracy, initial scale 10, without decay",
            quantity={"name": "reading", "readings": {"x": _at(10.0, decayed=False, series="test_accuracy",
                                                               take="highest")}, "expression": "x"},
            at_most=0.8,
        ),
        Claim(
            name="larger_is_later",
            statement="From a larger start it understands later.",
            measured="step of 0.95 test accuracy at initial scale 10 over that at 3, with decay",
            quantity={
                "name": "reading",
                "readings": {
                    "large": _at(10.0, decayed=True, take="step", at={"series": "test_accuracy", "at_least": 0.95}),
                    "small": _at(3.0, decayed=True, take="step", at={"series": "test_accuracy", "at_least": 0.95}),
                },
                "expression": "large / small",
            },
            at_least=1.5,
            at_most=1000,
        ),
        Claim(
            name="misgrokking",
            statement="Where the early bias is the right one, understanding is lost long after the fit.",
            measured="highest test accuracy minus that at the end, while the training set stays fitted",
            quantity={
                "name": "reading",
                "readings": {
                    "best": {"series": "test_accuracy", "take": "highest"},
                    "end": {"series": "test_accuracy"},
                    "fitted": {"series": "train_accuracy"},
                },
                "expression": "(best - end) * (fitted == 1)",
            },
            at_least=0.2,
            of="misgrokking",
        ),
        Claim(
            name="completed_with_decay",
            statement="A matrix is completed long after its known entries are fitted, with weight decay.",
            measured="test loss at the fit over test loss at the end, with decay",
            quantity={
                "name": "reading",
                "readings": {"then": {"series": "test_loss", "until": COMPLETED}, "end": {"series": "test_loss"}},
                "where": {DECAY: 0.003},
                "expression": "then / end",
            },
            at_least=8,
            of="matrix_completion",
        ),
        Claim(
            name="not_completed_without",
            statement="Without weight decay it is not completed.",
            measured="test loss at the fit over test loss at the end, without decay",
            quantity={
                "name": "reading",
                "readings": {"then": {"series": "test_loss", "until": COMPLETED}, "end": {"series": "test_loss"}},
                "where": {DECAY: 0.0},
                "expression": "then / end",
            },
            at_most=1.2,
            of="matrix_completion",
        ),
    ),
    sizes=(
        Size(
            name="small",
            note="2,000 coordinates instead of 100,000, a larger step and more decay, so that the leap comes after "
            "thousands of steps instead of a million: one to two minutes of one processor core.",
            experiment=_sparse(features=2000, examples=100, scales=[3.0, 10.0], decays=[0.0, 0.01], rate=0.05,
                               steps=6000, seeds=3),
            companions=(
                _misgrokking(features=10_000, gap=8.0, rate=0.05, decay=0.01, steps=8000, seeds=2),
                _completion(size=40, scale=5.0, rate=0.3, decay=0.003, steps=6000, seeds=3),
            ),
        ),
        Size(
            name="paper",
            note="More coordinates and the slower decay. The published code leaves the number of examples open, and a "
            "million steps on 100,000 coordinates need a GPU; claims of the small size are made here too.",
            experiment=_sparse(features=10_000, examples=200, scales=[3.0, 10.0], decays=[0.0, 0.01], rate=0.02,
                               steps=30_000, seeds=3),
            companions=(
                _misgrokking(features=20_000, gap=8.0, rate=0.02, decay=0.01, steps=40_000, seeds=3),
                _completion(size=97, scale=5.0, rate=0.3, decay=0.003, steps=20_000, seeds=3),
            ),
        ),
    ),
)  # fmt: skip
