"""The disentangled transformer: read by loops, uniform at the start, and its measure of the graph."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from phasescope.core.shape import Shape
from phasescope.core.spec import RunSpec
from phasescope.engine.train import train
from phasescope.measures.graph_recovery import GRAPH_RECOVERY, of_parents
from phasescope.models.disentangled_transformer import DisentangledTransformer

SHAPE = Shape(inputs="tokens", outputs=3, positions=4, vocabulary=3)


def by_loops(parameters: dict[str, np.ndarray], tokens: list[int], layers: int) -> np.ndarray:
    stream = [np.concatenate([np.eye(3)[token], np.eye(4)[place]]) for place, token in enumerate(tokens)]
    for number in range(1, layers + 1):
        following = []
        for place, here in enumerate(stream):
            read = []
            for matrix in parameters[f"attention_{number}"]:
                scores = np.array([here @ matrix @ stream[earlier] for earlier in range(place + 1)])
                weights = np.exp(scores - scores.max())
                weights /= weights.sum()
                read.append(sum(weight * stream[earlier] for earlier, weight in enumerate(weights)))
            following.append(np.concatenate([here, *read]))
        stream = following
    return stream[-1] @ parameters["readout"]


@pytest.mark.parametrize(("layers", "heads"), [(1, 1), (2, 1), (2, 2)])
def test_by_loops(layers: int, heads: int) -> None:
    random = np.random.default_rng(0)
    model = DisentangledTransformer(layers=layers, heads=heads, spread=0.7)
    weights = model.initial(SHAPE, random)
    tokens = [[0, 2, 1, 1], [2, 2, 0, 1]]
    parameters = {name: torch.from_numpy(value) for name, value in weights.items()}
    outputs, _ = model.forward(parameters, torch.tensor(tokens))
    for row, one in zip(outputs.numpy(), tokens, strict=True):
        np.testing.assert_allclose(row, by_loops(weights, one, layers))


def test_it_starts_with_even_attention_to_the_past() -> None:
    model = DisentangledTransformer()
    weights = model.initial(SHAPE, np.random.default_rng(0))
    parameters = {name: torch.from_numpy(value) for name, value in weights.items()}
    maps = model.attention_maps(parameters, torch.tensor([[0, 2, 1, 1]]))["block_1.attention_weights"]
    expected = np.tril(np.ones((4, 4))) / np.arange(1, 5)[:, None]
    np.testing.assert_allclose(maps[0, 0].numpy(), expected)


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
