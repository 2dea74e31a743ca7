"""Recovery of a graph: by hand, and against the loss of one who knows nothing."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from phasescope.core.spec import RunSpec
from phasescope.engine.train import train
from phasescope.measures.graph_recovery import GRAPH_RECOVERY, of_parents


def test_recovery_by_hand() -> None:
    """Three tokens and the one that asks; the second follows the first, the third the second."""
    maps = torch.zeros(1, 2, 4, 4, dtype=torch.float64)
    maps[0, 0, 1, 0], maps[0, 0, 1, 1] = 0.7, 0.3
    maps[0, 0, 2, 0], maps[0, 0, 2, 1] = 0.6, 0.4
    maps[0, 1, 1, 1] = maps[0, 1, 2, 2] = 1.0
    share, recovered = of_parents(maps, torch.tensor([[-1, 0, 1]]))
    assert float(share[0]) == pytest.approx((0.7 + 0.4) / 2)
    assert float(recovered[0]) == pytest.approx(0.5)


def test_one_who_knows_the_graph_is_better_than_one_who_knows_nothing() -> None:
    specs = {
        run: RunSpec(
            task={"name": "markov_in_context", "symbols": 4, "positions": 12, "graph": "tree", "test_examples": 400},
            model={"name": "disentangled_transformer"},
            optimizer={"name": "adam", "learning_rate": 0.03},
            seed=run,
        )
        for run in range(2)
    }
    (checkpoint,) = train(specs, (0,))
    found = GRAPH_RECOVERY.measure(checkpoint)
    assert torch.allclose(checkpoint.losses("test").double(), torch.full((2,), float(np.log(4))).double(), atol=1e-5)
    assert bool((found["bayes_gap"] > 0.1).all())
    assert torch.allclose(found["bayes_loss"] + found["bayes_gap"], checkpoint.losses("test").double())
