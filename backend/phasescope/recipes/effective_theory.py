"""Liu et al. 2022: four phases of learning on a toy addition table, over decoder learning rate and weight decay."""

from __future__ import annotations

from typing import Any

from phasescope.core.recipe import Recipe, Size


def _experiment(*, name: str, description: str, width: int, steps: int, grid: int, checkpoints: int) -> dict[str, Any]:
    """The family of the paper's figure 6: embedding rate fixed, decoder rate and decoder weight decay varied."""
    return {
        "name": name,
        "description": description,
        "task": {"name": "toy_addition", "symbols": 10, "train_examples": 45, "target_dimensions": 30},
        "model": {"name": "embedding_decoder", "embedding_width": 1, "width": width, "hidden_layers": 2},
        "optimizer": {"name": "adamw", "embedding_learning_rate": 1e-3, "embedding_weight_decay": 0.0},
        "steps": steps,
        "checkpoints": {"log_spaced": checkpoints},
        "axes": [
            {"path": "optimizer.learning_rate", "log": [1e-4, 1e-2, grid]},
            {"path": "optimizer.weight_decay", "linear": [0.0, 20.0, grid]},
        ],
        "phases": {"train_at_least": 0.9, "test_at_least": 0.9, "delay": 1000},
    }


EFFECTIVE_THEORY = Recipe(
    name="effective_theory",
    title="Four phases of learning",
    reference="Liu, Kitouni, Nolte, Michaud, Tegmark & Williams 2022, Towards Understanding Grokking: "
    "An Effective Theory of Representation Learning, arXiv:2205.10343",
    question="When does a network generalise at once, late, or never?",
    summary="",
    look_for=(),
    sizes=(
        Size(
            name="small",
            note="",
            experiment=_experiment(
                name="Four phases of learning", description="", width=64, steps=5000, grid=16, checkpoints=80
            ),
        ),
    ),
    demo=True,
)
