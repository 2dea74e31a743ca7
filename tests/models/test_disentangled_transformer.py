"""The disentangled transformer against a plain twin, and the blocks in which its structure can be read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from phasescope.core.shape import Shape
from phasescope.engine.seeding import generator
from phasescope.models.disentangled_transformer import DisentangledTransformer

LAST = Shape(inputs="tokens", outputs=3, positions=4, vocabulary=5)
EVERY = Shape(inputs="token_sequences", outputs=5, positions=4, vocabulary=5, readout="every")
VECTORS = Shape(inputs="sequences", outputs=3, positions=4, features=6)


def built(shape: Shape, **settings: Any) -> tuple[DisentangledTransformer, dict[str, np.ndarray], np.ndarray]:
    model = DisentangledTransformer(**{"spread": 0.7, **settings})
    weights = model.initial(shape, generator(2, "initial weights"))
    random = np.random.default_rng(5)
    if shape.vocabulary:
        return model, weights, random.integers(0, shape.vocabulary, (3, shape.positions))
    return model, weights, random.standard_normal((3, shape.positions, shape.features))


def tensors(weights: dict[str, np.ndarray]) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(value) for name, value in weights.items()}


@pytest.mark.parametrize("shape", [LAST, EVERY, VECTORS], ids=lambda shape: shape.inputs)
@pytest.mark.parametrize("heads", [(1, 1), (2, 1), (1, 3)])
def test_the_network_is_its_plain_twin(shape: Shape, heads: tuple[int, int]) -> None:
    model, weights, inputs = built(shape, heads=heads[0], last_heads=heads[1])
    found = model.forward(tensors(weights), torch.from_numpy(inputs))[0].numpy()
    for example, given in enumerate(inputs):
        content = np.eye(5)[given] if shape.vocabulary else given
        stream = np.concatenate([content, np.eye(4)], axis=1)
        for block, count in zip(("block_1", "block_2"), heads, strict=True):
            read = [stream]
            for head in range(count):
                added = np.zeros_like(stream)
                for here in range(4):
                    scores = stream[here] @ weights[f"{block}.attention"][head] @ stream[: here + 1].T
                    added[here] = np.exp(scores) / np.exp(scores).sum() @ stream[: here + 1]
                read.append(added)
            stream = np.concatenate(read, axis=1)
        expected = stream @ weights["readout_every"] if shape is EVERY else stream[-1] @ weights["readout"]
        np.testing.assert_allclose(found[example], expected, atol=1e-12)


def test_the_paper_s_start_has_no_weights_and_looks_evenly_at_the_past() -> None:
    model, weights, inputs = built(LAST, spread=0.0)
    assert all((value == 0).all() for value in weights.values())
    first = model.attention_maps(tensors(weights), torch.from_numpy(inputs))["block_1.attention_weights"]
    for here in range(4):
        assert (first[:, 0, here, : here + 1] == 1 / (here + 1)).all()


def test_a_previous_token_head_and_a_matching_head_copy_what_followed() -> None:
    """The construction of the paper: positions look one back; the last token looks for what came after its like."""
    strong, symbols, positions = 60.0, 4, 6
    model = DisentangledTransformer()
    shape = Shape(inputs="tokens", outputs=symbols, positions=positions, vocabulary=symbols)
    weights = model.initial(shape, generator(0, "initial weights"))
    size = symbols + positions
    for here in range(1, positions):
        weights["block_1.attention"][0, symbols + here, symbols + here - 1] = strong
    token = np.arange(symbols)
    weights["block_2.attention"][0, token, size + token] = strong  # what is here against what the head before read
    weights["readout"][2 * size + token, token] = 1.0  # the token at the place looked at
    sequence = np.array([[2, 0, 1, 3, 3, 1]])
    outputs = model.forward(tensors(weights), torch.from_numpy(sequence))[0]
    torch.testing.assert_close(outputs, torch.tensor([[0.0, 0.0, 0.0, 1.0]], dtype=torch.float64), atol=1e-9, rtol=0)


def test_a_stream_that_would_grow_too_wide_is_refused() -> None:
    with pytest.raises(ValueError, match="use fewer layers or heads"):
        DisentangledTransformer(layers=4, heads=4)
