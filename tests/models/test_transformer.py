"""The transformer against a plain twin that goes head by head and position by position."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from phasescope.core.errors import InvalidSpec
from phasescope.core.shape import Shape
from phasescope.engine.seeding import generator
from phasescope.models.transformer import Transformer

LAST = Shape(inputs="tokens", outputs=3, positions=3, vocabulary=5)
EVERY = Shape(inputs="token_sequences", outputs=5, positions=6, vocabulary=5, readout="every")


def built(shape: Shape, **settings: Any) -> tuple[Transformer, dict[str, np.ndarray], np.ndarray]:
    model = Transformer(**{"width": 8, "heads": 2, **settings})
    weights = model.initial(shape, generator(2, "initial weights"))
    inputs = np.random.default_rng(5).integers(0, shape.vocabulary, (4, shape.positions))
    return model, weights, inputs


def answers(model: Transformer, weights: dict[str, np.ndarray], inputs: np.ndarray) -> np.ndarray:
    tensors = {name: torch.from_numpy(value) for name, value in weights.items()}
    return model.forward(tensors, torch.from_numpy(inputs))[0].numpy()


def attended(weights: dict[str, np.ndarray], block: str, stream: np.ndarray, linear: bool) -> np.ndarray:
    """(positions, width) what two heads of four units add, one position at a time."""
    query, key, value = (stream @ weights[f"{block}.{part}"] for part in ("query", "key", "value"))
    mixed = np.zeros_like(value)
    for head in (slice(0, 4), slice(4, 8)):
        for here in range(len(stream)):
            scores = np.array([query[here, head] @ key[past, head] / 2 for past in range(here + 1)])
            shares = scores if linear else np.exp(scores) / np.exp(scores).sum()
            mixed[here, head] = sum(share * value[past, head] for past, share in enumerate(shares))
    return mixed @ weights[f"{block}.mixed"]


@pytest.mark.parametrize("attention", ["softmax", "linear"])
def test_the_default_network_is_its_plain_twin(attention: str) -> None:
    model, weights, inputs = built(LAST, layers=2, attention=attention)
    found = answers(model, weights, inputs)
    for row, tokens in enumerate(inputs):
        stream = weights["embedding.tokens"][[*tokens, 5]] + weights["embedding.positions"]
        for block in ("block_1", "block_2"):
            stream = stream + attended(weights, block, stream, attention == "linear")
            hidden = np.maximum(stream @ weights[f"{block}.hidden"] + weights[f"{block}.hidden_bias"], 0)
            stream = stream + hidden @ weights[f"{block}.out"] + weights[f"{block}.out_bias"]
        np.testing.assert_allclose(found[row], stream[-1] @ weights["readout"], atol=1e-12)


def norm(values: np.ndarray) -> np.ndarray:
    centred = values - values.mean(-1, keepdims=True)
    return centred / np.sqrt(centred.var(-1, keepdims=True) + 1e-5)


@pytest.mark.parametrize("placement", ["pre", "post"])
def test_normalisation_is_where_it_says(placement: str) -> None:
    model, weights, inputs = built(EVERY, normalisation=placement, attention_only=True)
    found = answers(model, weights, inputs)
    for row, tokens in enumerate(inputs):
        stream = weights["embedding.tokens"][tokens] + weights["embedding.positions"]
        if placement == "pre":
            stream = norm(stream + attended(weights, "block_1", norm(stream), linear=False))
        else:
            stream = norm(stream + attended(weights, "block_1", stream, linear=False))
        np.testing.assert_allclose(found[row], stream @ weights["readout_every"], atol=1e-12)


def maps(model: Transformer, weights: dict[str, np.ndarray], inputs: np.ndarray) -> dict[str, torch.Tensor]:
    return model.attention_maps({n: torch.from_numpy(v) for n, v in weights.items()}, torch.from_numpy(inputs))


def test_attention_maps_are_causal_and_sum_to_one() -> None:
    model, weights, inputs = built(EVERY, layers=2)
    found = maps(model, weights, inputs)
    assert [name for name in found if name.endswith("weights")] == [
        "block_1.attention_weights",
        "block_2.attention_weights",
    ]
    for block in ("block_1", "block_2"):
        weight, scores = found[f"{block}.attention_weights"], found[f"{block}.attention_scores"]
        assert weight.shape == (4, 2, 6, 6)
        future = torch.ones(6, 6).triu(1) > 0
        torch.testing.assert_close(scores.masked_fill(future, -torch.inf).softmax(-1), weight)
        assert (scores[..., future] == 0).all()
        torch.testing.assert_close(weight.sum(-1), torch.ones(4, 2, 6, dtype=torch.float64))
        assert (weight.triu(1) == 0).all()


def test_rotary_scores_depend_on_the_distance_alone() -> None:
    model, weights, _ = built(EVERY, positions="rotary", attention="linear", attention_only=True)
    scores = maps(model, weights, np.full((1, 6), 2))["block_1.attention_weights"][0]
    for distance in range(6):
        diagonal = scores.diagonal(offset=-distance, dim1=-2, dim2=-1)
        torch.testing.assert_close(diagonal, diagonal[:, :1].expand_as(diagonal))
    assert not torch.allclose(scores[:, 5, 5], scores[:, 5, 3])


def test_one_hot_positions_widen_the_stream_and_tell_positions_apart() -> None:
    model, weights, _ = built(EVERY, positions="one_hot")
    assert weights["block_1.query"].shape == (8 + 6, 8)
    assert "embedding.positions" not in weights
    found = answers(model, weights, np.full((1, 6), 2))[0]
    assert not np.allclose(found[0], found[1])


@pytest.mark.parametrize("positions", ["learned", "one_hot"])
def test_tied_embeddings_read_with_the_token_table(positions: str) -> None:
    model, weights, inputs = built(EVERY, tied=True, layers=1, attention_only=True, positions=positions)
    assert not any(name.startswith("readout") for name in weights)
    _, activations = model.forward({n: torch.from_numpy(v) for n, v in weights.items()}, torch.from_numpy(inputs))
    expected = activations["block_1"].numpy()[..., :8] @ weights["embedding.tokens"].T
    np.testing.assert_allclose(answers(model, weights, inputs), expected, atol=1e-12)


def test_tied_embeddings_need_a_task_that_answers_with_its_tokens() -> None:
    with pytest.raises(InvalidSpec, match="tied embeddings need a task that answers every position"):
        built(LAST, tied=True)


def test_an_odd_head_cannot_be_rotated() -> None:
    with pytest.raises(ValueError, match="rotary positions need an even number of units per head"):
        Transformer(width=6, heads=2, positions="rotary")


def test_a_deviation_is_that_of_all_weights_and_less_for_those_that_write() -> None:
    shape = Shape(inputs="token_sequences", outputs=40, positions=30, vocabulary=40, readout="every")
    model = Transformer(width=64, heads=2, layers=3, normalisation="pre", attention_biases=True, deviation=0.02)
    for name, value in model.initial(shape, generator(0, "initial weights")).items():
        if value.ndim == 1:
            assert set(value) == ({1.0} if name.endswith("gain") else {0.0})
        else:
            expected = 0.02 / 6**0.5 if name.endswith((".out", ".mixed")) else 0.02
            assert value.std() == pytest.approx(expected, rel=0.08), name


def test_attention_has_biases_where_they_are_asked_for() -> None:
    model, weights, inputs = built(LAST, attention_biases=True, attention="linear", attention_only=True)
    random = np.random.default_rng(0)
    for part in ("query", "key", "value", "mixed"):
        weights[f"block_1.{part}_bias"] = random.standard_normal(8)
    found = answers(model, weights, inputs)
    for row, tokens in enumerate(inputs):
        stream = weights["embedding.tokens"][[*tokens, 5]] + weights["embedding.positions"]
        query, key, value = (
            stream @ weights[f"block_1.{part}"] + weights[f"block_1.{part}_bias"] for part in ("query", "key", "value")
        )
        read = np.concatenate(
            [(query[-1, head] @ key[:, head].T / 2) @ value[:, head] for head in (slice(0, 4), slice(4, 8))]
        )
        last = stream[-1] + read @ weights["block_1.mixed"] + weights["block_1.mixed_bias"]
        np.testing.assert_allclose(found[row], last @ weights["readout"], atol=1e-12)
