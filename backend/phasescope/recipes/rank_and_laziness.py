"""Liu et al. 2024: how the structure of initial connections makes recurrent networks rich or lazy."""

from __future__ import annotations

from typing import Any

from phasescope.core.recipe import Claim, Companion, Picture, Recipe, Size

RANK = "model.rank"
TASKS: dict[str, dict[str, Any]] = {
    "two_alternative": {"kind": "two_alternative", "stimulus": 7, "delay": 0},
    "match_to_sample": {"kind": "match_to_sample", "stimulus": 1, "delay": 5},
    "context": {"kind": "context_integration", "stimulus": 2, "delay": 5},
}


def _experiment(
    task: str, *, name: str, width: int, ranks: list[int], steps: int, seeds: int, checkpoints: int
) -> dict[str, Any]:
    return {
        "name": name,
        "description": "Recurrent networks whose first connections have a low or a high rank and the same norm. After "
        "Liu et al. 2024.",
        "task": {"name": "delayed_memory", **TASKS[task], "decision": 1, "noise": 0.1, "fresh": True,
                 "train_examples": 256, "test_examples": 500},
        "model": {"name": "rnn", "width": width, "activation": "relu", "gain": 1.25},
        "optimizer": {"name": "sgd", "learning_rate": 0.003, "momentum": 0.9},
        "batch_size": 32,
        "steps": steps,
        "checkpoints": {"log_spaced": checkpoints},
        "measures": ("loss", "accuracy", "weight_norm", "distance_from_initial", "representation_alignment",
                     {"name": "tangent_alignment", "every": 2}),
        "axes": [{"path": RANK, "values": ranks}],
        "seeds": seeds,
    }  # fmt: skip


def _sizes(*, width: int, ranks: list[int], steps: int, seeds: int, checkpoints: int) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "width": width, "ranks": ranks, "steps": steps, "seeds": seeds, "checkpoints": checkpoints,
    }  # fmt: skip
    return {
        "experiment": _experiment("two_alternative", name="Rank and laziness", **settings),
        "companions": (
            Companion(
                name="match_to_sample",
                title="The same with a memory task",
                experiment=_experiment("match_to_sample", name="Rank and laziness, with memory", **settings),
            ),
            Companion(
                name="context",
                title="The same with a context that says what counts",
                experiment=_experiment("context", name="Rank and laziness, with context", **settings),
            ),
        ),
    }


def _spread(series: str, of: str, at_least: float, *, size: str, full: int) -> Claim:
    about = {"main": "two alternatives", "match_to_sample": "match to sample", "context": "context"}[of]
    kernel = series.startswith("tangent")
    what = "tangent kernel of the recurrent weights" if kernel else "representation"
    return Claim(
        name=f"{'kernel' if kernel else 'representation'}_{of}_{size}",
        statement=f"A network of full rank keeps more of its first {what} than one of rank 1 ({about}).",
        measured=f"alignment with the start, rank {full} minus rank 1, at the end",
        quantity={
            "name": "reading",
            "readings": {
                "full": {"series": series, "where": {RANK: full}},
                "one": {"series": series, "where": {RANK: 1}},
            },
            "expression": "full - one",
        },
        at_least=at_least,
        of=of,
        sizes=(size,),
    )


KERNEL, STATE = "tangent_alignment.recurrent.state", "representation_alignment.state"
FULL = {"small": 100, "paper": 300}

RANK_AND_LAZINESS = Recipe(
    name="rank_and_laziness",
    title="Rank and laziness",
    reference="Liu, Baratin, Cornford, Mihalas, Shea-Brown & Lajoie (2024). How Connectivity Structure Shapes Rich and "
    "Lazy Learning in Neural Circuits. arXiv:2310.08513",
    question="Does the structure of a circuit's first connections decide whether it learns lazily or richly?",
    summary="Recurrent networks learn three tasks from neuroscience: to report the direction of a noisy stimulus, to "
    "say whether two stimuli that are apart in time agree, and to report that one of two stimuli which a "
    "context names. Their recurrent connections are drawn at random, and then all but a few singular "
    "directions are removed; what is left is scaled up again, so that every network starts with connections "
    "of the same norm. A network that begins with full rank is lazy: it has so many directions already that "
    "slight changes are enough, and its tangent kernel, which says how the answers react to the weights, "
    "stays close to what it was. One that begins with rank one has to make the directions that it needs: it "
    "is rich, and its kernel ends up quite different. Brains are wired with structure, so this matters for "
    "what we should expect of them: low rank by itself is a push towards rich learning.",
    look_for=(
        "tangent_alignment of the recurrent weights against the step: rank one falls the furthest.",
        "representation_alignment tells the same, less clearly: the state keeps more than the kernel does.",
        "distance_from_initial does not tell them apart at this length of training, as one might have hoped.",
        "All ranks learn the task about equally well.",
    ),
    try_next=(
        "Vary model.gain: strong first connections make every rank lazier.",
        "Use the gated cell (model.cell gru) and see whether rank still matters.",
        "Train for ten times as long: then the distance separates as well.",
    ),
    figures=("curves", "phase_diagram"),
    picture=Picture(
        caption="How much of its first tangent kernel a network keeps, over the step, for three ranks.",
        kind="lines",
        series=(KERNEL,),
        by=RANK,
    ),
    claims=(
        *(
            _spread(series, of, bound, size=size, full=FULL[size])
            for size in FULL
            for of in ("main", *TASKS)
            if of != "two_alternative"
            for series, bound in ((KERNEL, 0.1), (STATE, 0.0))
            if (size, of, series) != ("small", "context", KERNEL)  # see the note of the small size
        ),
        Claim(
            name="distance_paper",
            statement="In long training the weights move further from rank 1 than from full rank (two alternatives).",
            measured="distance of all weights from the start, rank 1 over rank 300, at the end",
            quantity={
                "name": "reading",
                "readings": {
                    "full": {"series": "distance_from_initial", "where": {RANK: 300}},
                    "one": {"series": "distance_from_initial", "where": {RANK: 1}},
                },
                "expression": "one / full",
            },
            at_least=1.15,
            sizes=("paper",),
        ),
    ),
    sizes=(
        Size(
            name="small",
            note="100 units instead of 300 and 1,500 steps instead of 10,000, three of the four tasks: a minute and a "
            "half of one processor core. The distance of the weights from their start separates only in the long "
            "training, and with a context the kernel separates in two of three seeds only (by 0.33 in the middle one, "
            "by 0.09 in the last; by 0.02 after 3,000 steps), so neither is claimed here.",
            **_sizes(width=100, ranks=[1, 10, 100], steps=1500, seeds=3, checkpoints=10),
        ),
        Size(
            name="paper",
            note="300 units, ranks 1, 30, 100 and 300, 10,000 steps, as in the published code; some minutes on a GPU, "
            "an hour on two cores.",
            **_sizes(width=300, ranks=[1, 30, 100, 300], steps=10_000, seeds=3, checkpoints=20),
        ),
    ),
)
