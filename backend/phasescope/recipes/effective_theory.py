"""Liu et al. 2022: four phases of learning on a toy addition table, over decoder learning rate and weight decay."""

from __future__ import annotations

from typing import Any

from phasescope.core.recipe import Recipe, Size
from phasescope.core.spec import DEFAULT_MEASURES

KEPT: tuple[dict[str, Any], ...] = (  # a film of each layer and the paths of runs, in some 20 MB for 256 runs
    {"name": "representations", "checkpoints": {"log_spaced": 16}, "features": 16},
    {"name": "predictions", "checkpoints": {"log_spaced": 12}, "examples": 28},
    {"name": "correctness", "every": 5},
)


def _experiment(*, description: str, width: int, steps: int, checkpoints: int, axes: list[Any]) -> dict[str, Any]:
    """Embedding rate fixed and undecayed; the decoder's rate and weight decay are the axes."""
    return {
        "name": "Four phases of learning",
        "description": description,
        "task": {"name": "toy_addition", "symbols": 10, "train_examples": 45, "target_dimensions": 30},
        "model": {"name": "embedding_decoder", "embedding_width": 1, "width": width, "hidden_layers": 2},
        "optimizer": {"name": "adamw", "embedding_learning_rate": 1e-3, "embedding_weight_decay": 0.0},
        "steps": steps,
        "checkpoints": {"log_spaced": checkpoints},
        "measures": [*DEFAULT_MEASURES, *KEPT],
        "axes": axes,
        "phases": {"train_at_least": 0.9, "test_at_least": 0.9, "delay": 1000},
    }


EFFECTIVE_THEORY = Recipe(
    name="effective_theory",
    title="Four phases of learning",
    reference="Liu, Kitouni, Nolte, Michaud, Tegmark & Williams (2022). Towards Understanding Grokking: "
    "An Effective Theory of Representation Learning. arXiv:2205.10343",
    question="When does a network generalise at once, late, or never?",
    summary="A network learns to add ten symbols from 45 of their 55 sums: each symbol becomes one number, and a "
    "decoder turns the sum of two numbers into an answer. It can fit the 45 sums with any numbers, but answers the "
    "other ten only when the numbers line up evenly. Whether they do is a race between the embedding and the decoder. "
    "Over the decoder's learning rate and weight decay four phases appear: comprehension (both are learned together), "
    "grokking (fitted early, understood at least 1,000 steps later), memorisation (fitted, never understood) and "
    "confusion (not even fitted).",
    look_for=(
        "Grokking lies between comprehension and memorisation: the slower the decoder, the longer the wait.",
        "Scrub the clock: cells turn from confusion to memorisation first, and some of them to grokking much later.",
        "Click a grokking cell: its layers do most of their drifting before the training sums are fitted, and long "
        "before the others are answered. The representation is ahead of what the accuracy shows.",
    ),
    sizes=(
        Size(
            name="small",
            note="A decoder 80 wide instead of 200 and 8,000 steps instead of 100,000: a few minutes on two "
            "processor cores. At this size all four phases appear, with the paper's thresholds.",
            experiment=_experiment(
                description="Ten symbols, 45 of 55 sums trained on; the decoder is 80 wide. After Liu et al. 2022.",
                width=80,
                steps=8_000,
                checkpoints=80,
                axes=[
                    {"path": "optimizer.learning_rate", "log": [2e-5, 1e-2, 16]},
                    {"path": "optimizer.weight_decay", "linear": [0.0, 7.5, 16]},
                ],
            ),
        ),
        Size(
            name="paper",
            note="Decoder 200 wide, 100,000 steps, 11 × 11 cells, as published: about two hours on two processor "
            "cores, minutes on a GPU.",
            experiment=_experiment(
                description="Ten symbols, 45 of 55 sums trained on; the decoder is 200 wide. As in Liu et al. 2022.",
                width=200,
                steps=100_000,
                checkpoints=120,
                axes=[
                    {"path": "optimizer.learning_rate", "log": [1e-4, 1e-2, 11]},
                    {"path": "optimizer.weight_decay", "linear": [0.0, 10.0, 11]},
                ],
            ),
        ),
    ),
    demo=True,
)
