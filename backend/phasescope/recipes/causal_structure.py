"""Nichani, Damian & Lee 2024: a transformer learns which token causes which, and attention shows it."""

from __future__ import annotations

from typing import Any

from phasescope.core.recipe import Claim, Picture, Recipe, Size

GRAPH = "task.graph"


def _experiment(
    *, optimizer: dict[str, Any], batch: int, steps: int, checkpoints: dict[str, int], seeds: int
) -> dict[str, Any]:
    return {
        "name": "Causal structure",
        "description": "In-context Markov chains on a chain and on random trees, with new sequences at every step. "
        "After Nichani et al. 2024.",
        "task": {"name": "markov_in_context", "symbols": 10, "positions": 20, "fresh": True, "train_examples": 64,
                 "test_examples": 512},
        "model": {"name": "disentangled_transformer"},
        "optimizer": optimizer,
        "batch_size": batch,
        "steps": steps,
        "checkpoints": checkpoints,
        "measures": ("loss", "weight_norm", "distance_from_initial", "graph_recovery"),
        "axes": [{"path": GRAPH, "values": ["chain", "tree"]}],
        "seeds": seeds,
    }  # fmt: skip


def _last(series: str, over: str) -> dict[str, Any]:
    return {"name": "reading", "readings": {"x": {"series": series, "over": over}}, "expression": "x"}


CAUSAL_STRUCTURE = Recipe(
    name="causal_structure",
    title="Who causes whom",
    reference="Nichani, Damian & Lee (2024). How Transformers Learn Causal Structure with Gradient Descent. "
    "arXiv:2402.14735",
    question="Can gradient descent find a hidden causal graph, and does attention show it?",
    summary="Every sequence has transition odds of its own, drawn anew, so that nothing about them can be memorised. "
    "What all sequences share is a graph: which earlier token each token follows. To predict what comes after the last "
    "token, the network has to look up, within the sequence, what followed the same token before, and for that it must "
    "know the graph. The network is a transformer whose stream keeps token and position apart, so that its first "
    "attention matrix can be read directly. All weights start at zero, and for a while nothing seems to happen. Then "
    "attention turns from each token to its parent, and only after that does the loss fall towards that of a predictor "
    "which is told the graph. When the graph is a chain the result is an induction head; when it is a random tree the "
    "same thing happens with another picture.",
    look_for=(
        "edge_recovery: the share of tokens that look at their parent most goes to one.",
        "parent_attention rises before bayes_gap falls.",
        "bayes_gap: how far the loss is above that of one who knows the graph; the rest closes slowly.",
        "Chain and tree take about as long: nothing is special about the token before.",
    ),
    try_next=(
        "Raise task.concentration: transitions become alike, there is less to learn from, and the plateau is longer.",
        "Train the ordinary transformer on the same task, with two layers and attention only.",
        "Let each run keep its training set (task.fresh off) and make it small: the graph is found all the same, or "
        "memorised away.",
    ),
    figures=("curves", "phase_diagram"),
    picture=Picture(
        caption="On random trees: attention to the parent rises before the gap to the Bayes predictor closes.",
        kind="lines",
        series=("parent_attention", "bayes_gap"),
        where={GRAPH: "tree"},
    ),
    claims=(
        Claim(
            name="graph_is_found",
            statement="Every token looks at its parent most, in chains and in trees.",
            measured="share of recovered edges at the end, the lesser of chain and tree",
            quantity=_last("edge_recovery", "lowest"),
            at_least=0.95,
        ),
        Claim(
            name="attention_is_sharp",
            statement="Nearly all attention of a token is on its parent.",
            measured="mean attention to the parent at the end, the lesser of chain and tree",
            quantity=_last("parent_attention", "lowest"),
            at_least=0.8,
        ),
        Claim(
            name="nearly_bayes",
            statement="The loss comes close to that of a predictor that knows the graph.",
            measured="nats above it at the end, the greater of chain and tree",
            quantity=_last("bayes_gap", "highest"),
            at_most=0.15,
        ),
        Claim(
            name="attention_first",
            statement="Attention finds the graph before the loss has come down.",
            measured="step at which half of the gap is closed over the step of 0.8 recovered edges, earliest of chain "
            "and tree over the latest",
            quantity={
                "name": "reading",
                "readings": {
                    "found": {"take": "step", "at": {"series": "edge_recovery", "at_least": 0.8}, "over": "highest"},
                    "closed": {"take": "step", "at": {"series": "bayes_gap", "at_most": 0.2}, "over": "lowest"},
                },
                "expression": "closed / found",
            },
            at_least=1.05,
            at_most=1000,
        ),
    ),
    sizes=(
        Size(
            name="small",
            note="Adam at 0.03 and batches of 128 instead of gradient descent at rate 1 and batches of 1,024, and 500 "
            "steps instead of 131,072: less than a minute of one processor core. Network and task are the paper's.",
            experiment=_experiment(
                optimizer={"name": "adam", "learning_rate": 0.03}, batch=128, steps=500, checkpoints={"every": 10},
                seeds=3,
            ),
        ),
        Size(
            name="paper",
            note="As in the published code: gradient descent from rate 1, down half a cosine, batches of 1,024, 2¹⁷ "
            "steps. Hours on a processor core, for a GPU.",
            experiment=_experiment(
                optimizer={"name": "sgd", "learning_rate": 1.0, "schedule": "cosine", "schedule_steps": 131_072},
                batch=1024, steps=131_072, checkpoints={"log_spaced": 60}, seeds=1,
            ),
        ),
    ),
)  # fmt: skip
