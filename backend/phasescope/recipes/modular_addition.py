"""Nanda et al. 2023: progress measures of grokking on modular addition, and the plateau of swap symmetry."""

from __future__ import annotations

from typing import Any

from phasescope.core.recipe import Claim, Companion, Picture, Recipe, Size

DECAY = "optimizer.weight_decay"
FITTED = {"series": "train_accuracy", "at_least": 0.99}
UNDERSTOOD = {"series": "test_accuracy", "at_least": 0.9}


def _experiment(
    *, modulus: int, share: float, width: int, rate: float, decay: float, steps: int, checkpoints: int, seeds: int
) -> dict[str, Any]:
    return {
        "name": "Modular addition",
        "description": "A transformer of one layer adds modulo a prime, from part of the table. After Nanda et al. "
        "2023.",
        "task": {"name": "modular_arithmetic", "modulus": modulus, "train_fraction": share},
        "model": {"name": "transformer", "layers": 1, "width": width, "heads": 4},
        "optimizer": {"name": "adamw", "learning_rate": rate, "weight_decay": decay, "beta2": 0.98, "warm_up": 10},
        "steps": steps,
        "checkpoints": {"log_spaced": checkpoints},
        "measures": (
            "loss",
            "accuracy",
            "weight_norm",
            "fourier_concentration",
            "swap_symmetry",
            {"name": "fourier_losses", "every": 1},
        ),
        "seeds": seeds,
        "phases": {"train_at_least": 0.99, "test_at_least": 0.9, "delay": 1000},
    }


def _perceptron(
    *, modulus: int, share: float, width: int, rate: float, steps: int, decays: list[float], seeds: int
) -> Companion:
    return Companion(
        name="perceptron",
        title="The same with a perceptron, with little and much weight decay",
        experiment={
            "name": "Modular addition by a perceptron",
            "description": "Two embeddings side by side and one hidden layer, at two strengths of weight decay.",
            "task": {"name": "modular_arithmetic", "modulus": modulus, "train_fraction": share},
            "model": {"name": "mlp", "width": width, "hidden_layers": 1, "embedding_width": 32},
            "optimizer": {"name": "adamw", "learning_rate": rate, "beta2": 0.98, "warm_up": 10},
            "steps": steps,
            "checkpoints": {"log_spaced": 40},
            "measures": ("loss", "accuracy", "weight_norm", "fourier_concentration", "swap_symmetry"),
            "axes": [{"path": DECAY, "values": decays}],
            "seeds": seeds,
            "phases": {"train_at_least": 0.99, "test_at_least": 0.9, "delay": 1000},
        },
    )


def _claim(name: str, statement: str, measured: str, readings: dict[str, Any], expression: str, **more: Any) -> Claim:
    where = more.pop("where", {})
    quantity = {"name": "reading", "readings": readings, "where": where, "expression": expression}
    return Claim.model_validate(
        {"name": name, "statement": statement, "measured": measured, "quantity": quantity, **more}
    )


def _step(moment: dict[str, Any]) -> dict[str, Any]:
    return {"take": "step", "at": moment}


MODULAR_ADDITION = Recipe(
    name="modular_addition",
    title="Waves inside an adding machine",
    reference="Nanda, Chan, Lieberum, Smith & Steinhardt (2023). Progress Measures for Grokking via Mechanistic "
    "Interpretability. arXiv:2301.05217",
    question="Is grokking sudden, or only the last step of something that has been growing unseen?",
    summary="A small transformer sees part of the table of additions modulo a prime. It fits that part within a few "
    "hundred steps and fails on the rest for thousands, until the test accuracy rises. Inside, the network builds "
    "waves: it turns each number into cosines and sines of a few key frequencies and adds angles instead of numbers. "
    "Two losses make this visible long before the accuracy does. The restricted loss keeps only the part of the answer "
    "that consists of key waves; it falls while the test loss still climbs. The excluded loss takes that part away; "
    "once the network relies on waves it rises, for what was memorised is being given up. Between fit and "
    "understanding lies a plateau that is easily misread: pairs come in order, and a transformer learns early that "
    "x + y is y + x, so it answers every test pair whose mirror image it was trained on.",
    look_for=(
        "restricted_loss falls long before test_loss does.",
        "excluded_loss rises after the fit.",
        "Beside theory: test_accuracy stands near swap_level, and is all of mirrored pairs. Not so the perceptron, "
        "which reads the two sides by weights of their own.",
        "fourier_gini of the embedding rises: ever fewer frequencies; key_frequency.1 and its like name the keys, and "
        "settle early.",
    ),
    try_next=(
        "Make task.train_fraction an axis: the less of the table, the longer the wait, until it never ends.",
        "Set task.operation to subtract: the mirror image is gone, and so is the plateau.",
        "Turn the weight decay off in mid-run, before and after the restricted loss has fallen.",
    ),
    figures=("curves", "beside_theory", "plateau_anatomy", "peri_event"),
    picture=Picture(
        caption="Restricted, excluded and test loss over the step: the first falls while the last still climbs.",
        kind="lines",
        series=("test_loss", "restricted_loss", "excluded_loss", "train_loss"),
        seed=0,
    ),
    claims=(
        _claim(
            "grokking",
            "The network understands at least ten times later than it fits.",
            "step of 0.9 test accuracy over the step of 0.99 training accuracy",
            {"late": _step(UNDERSTOOD), "early": _step(FITTED)},
            "late / early",
            at_least=10,
            at_most=100_000,
        ),
        _claim(
            "restricted_leads",
            "The key waves carry the answer before the test loss shows it.",
            "step at which the test loss is below 1 over that at which the restricted loss is below 0.3",
            {
                "seen": _step({"series": "test_loss", "at_most": 1.0}),
                "there": _step({"series": "restricted_loss", "at_most": 0.3}),
            },
            "seen / there",
            at_least=1.25,
            at_most=100_000,
        ),
        _claim(
            "excluded_rises",
            "Without the key waves the training loss falls at first, and rises again before the understanding.",
            "highest excluded loss after the fit over the lowest before the understanding",
            {
                "most": {"series": "excluded_loss", "take": "highest", "since": FITTED},
                "least": {"series": "excluded_loss", "take": "lowest", "until": UNDERSTOOD},
            },
            "most / least",
            at_least=2,
        ),
        _claim(
            "swap_plateau",
            "Between fit and understanding it answers pairs whose mirror image it was trained on, and few others.",
            "test accuracy on pairs with a known mirror image minus on the others, at three times the step of the fit",
            {
                "known": {"series": "mirrored_accuracy", "until": {**FITTED, "times": 3.0}},
                "others": {"series": "unmirrored_accuracy", "until": {**FITTED, "times": 3.0}},
            },
            "known - others",
            at_least=0.4,
        ),
        _claim(
            "key_frequencies",
            "In the end five key frequencies carry most of what the network answers.",
            "share of the power of the logits in the five strongest frequencies of the sum, at the end",
            {"x": {"series": "key_frequency_share"}},
            "x",
            at_least=0.7,
        ),
        _claim(
            "few_frequencies",
            "The embedding concentrates on few frequencies.",
            "Gini coefficient of the power of its frequencies, end minus start",
            {"end": {"series": "fourier_gini"}, "start": {"series": "fourier_gini", "take": "first"}},
            "end - start",
            at_least=0.4,
        ),
        _claim(
            "perceptron_groks",
            "A perceptron groks as well.",
            "step of 0.9 test accuracy over the step of 0.99 training accuracy, weight decay 1",
            {"late": _step(UNDERSTOOD), "early": _step(FITTED)},
            "late / early",
            where={DECAY: 1.0},
            at_least=10,
            at_most=100_000,
            of="perceptron",
        ),
        _claim(
            "perceptron_has_no_plateau",
            "A perceptron, which reads the two sides by weights of their own, gains nothing from mirror images.",
            "test accuracy on pairs with a known mirror image minus on the others, at three times the step of the fit",
            {
                "known": {"series": "mirrored_accuracy", "until": {**FITTED, "times": 3.0}},
                "others": {"series": "unmirrored_accuracy", "until": {**FITTED, "times": 3.0}},
            },
            "known - others",
            where={DECAY: 1.0},
            at_most=0.1,
            of="perceptron",
        ),
        _claim(
            "decay_is_needed",
            "With a tenth of the weight decay it only memorises, in the same time.",
            "highest test accuracy, weight decay 0.1",
            {"x": {"series": "test_accuracy", "take": "highest"}},
            "x",
            where={DECAY: 0.1},
            at_most=0.2,
            of="perceptron",
        ),
    ),
    sizes=(
        Size(
            name="small",
            note="Modulo 31 instead of 113, 48 wide instead of 128, six tenths of the table instead of three, at most "
            "10,000 steps: four minutes of one processor core. Weight decay is 0.4 instead of 1: with 1 so small a "
            "network waits from six to thirty times as long as it took to fit, by the seed. The weights do not "
            "shrink as far as in the long training, so that is not claimed here. The perceptron's time is short: with "
            "little decay it only begins to understand after 5,000 steps.",
            experiment=_experiment(
                modulus=31, share=0.6, width=48, rate=1e-3, decay=0.4, steps=10_000, checkpoints=60, seeds=3
            )
            | {"stop": {"measure": "test_accuracy", "at_least": 0.98, "for_checkpoints": 2}},
            companions=(
                _perceptron(modulus=31, share=0.6, width=128, rate=3e-3, steps=3000, decays=[0.1, 1.0], seeds=3),
            ),
        ),
        Size(
            name="paper",
            note="Modulo 113, 128 wide, three tenths of the table, 40,000 full-batch steps, as published; minutes on a "
            "GPU, hours on a processor core.",
            experiment=_experiment(
                modulus=113, share=0.3, width=128, rate=1e-3, decay=1.0, steps=40_000, checkpoints=120, seeds=2
            ),
            companions=(
                _perceptron(modulus=53, share=0.5, width=256, rate=1e-3, steps=10_000, decays=[0.1, 1.0], seeds=3),
            ),
        ),
    ),
)
