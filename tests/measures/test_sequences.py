"""Measures of sequence models: closed forms, heads made by hand, and slow twins."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import torch

from phasescope.core.shape import Shape
from phasescope.engine.seeding import generator
from phasescope.measures.attention_entropy import evenness
from phasescope.measures.attention_logits import ATTENTION_LOGITS
from phasescope.measures.attention_progress import ATTENTION_PROGRESS, share_on
from phasescope.measures.attention_sink import ATTENTION_SINK, on_the_first
from phasescope.measures.dead_units import dead
from phasescope.measures.induction_score import behind_the_copy, sequences
from phasescope.measures.massive_activations import ratio
from phasescope.measures.previous_token_score import PREVIOUS_TOKEN_SCORE, on_the_one_before
from phasescope.measures.repetition_rate import REPETITION_RATE, repeated
from phasescope.measures.token_cosine import TOKEN_COSINE, pair_cosine
from phasescope.measures.written_accuracy import WRITTEN_ACCURACY
from phasescope.models.transformer import Transformer

from .applicable import sequential


def normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape))


def test_repetition_of_known_rows() -> None:
    rows = torch.tensor([[[1, 1, 1, 1], [1, 2, 2, 3]], [[0, 1, 2, 3], [3, 2, 1, 0]]])
    assert repeated(rows).tolist() == pytest.approx([4 / 6, 0])
    assert torch.isnan(repeated(rows[:, :, :1])).all()


@pytest.mark.parametrize("model", ["transformer", "rnn"])
def test_answers_are_written_from_the_prompt_alone(model: str) -> None:
    """A slow twin: one sequence at a time, and the rest of the input is filled with what must not matter."""
    checkpoint = sequential(model)
    network, probe = checkpoint.network, checkpoint.examples.probe
    for run, example in ((0, 0), (4, 7)):
        weights = {name: values[run] for name, values in checkpoint.weights().items()}
        tokens = probe.inputs[run, example].clone()
        tokens[6:] = 3
        written = []
        for place in range(5, 10):
            written.append(int(network.model.forward(weights, tokens[None])[0][0, place].argmax()))
            if place < 9:
                tokens[place + 1] = written[-1]
        assert checkpoint.written()[run, example].tolist() == written
    assert checkpoint.written().shape == (5, 64, 5)


def test_accuracy_and_repetition_of_what_is_written() -> None:
    checkpoint = sequential()
    written, right = checkpoint.written().numpy(), checkpoint.examples.probe.targets[:, :64, -5:].numpy()
    values = WRITTEN_ACCURACY.measure(checkpoint) | REPETITION_RATE.measure(checkpoint)
    np.testing.assert_allclose(values["written_accuracy"], (written == right).mean((1, 2)))
    np.testing.assert_allclose(values["written_accuracy_at.3"], (written == right)[:, :, 2].mean(1))
    assert "written_accuracy_at.6" not in values
    np.testing.assert_allclose(values["repetition_rate"], (written[..., 1:] == written[..., :-1]).mean((1, 2)))
    assert 0.1 < float(values["repetition_rate_of_data"][0]) < 0.3  # of five tokens, nearly one in five
    assert (values["written_accuracy"] > 0.2).any()


def test_cosine_between_tokens_by_a_loop() -> None:
    vectors = normal(2, 3, 4, 5) + 0.5
    unit = (vectors / vectors.norm(dim=-1, keepdim=True)).numpy()
    expected = [np.mean([u[i] @ u[j] for u in run for i, j in combinations(range(4), 2)]) for run in unit]
    np.testing.assert_allclose(pair_cosine(vectors), expected, rtol=1e-12)
    assert pair_cosine(torch.ones(1, 2, 3, 4).double()).item() == pytest.approx(1)
    assert torch.isnan(pair_cosine(vectors[:, :, :1])).all()


def test_the_first_answered_position_and_the_prompt_do_not_count() -> None:
    checkpoint = sequential()
    states = checkpoint.states()
    assert set(states) == {"embedding", "block_1.attention", "block_1.hidden", "block_1", "norm"}
    before = TOKEN_COSINE.measure(checkpoint)["token_cosine.norm"].clone()
    np.testing.assert_allclose(before, pair_cosine(states["norm"][:, :64, 6:]))
    some = states["norm"][:, :64]
    centred = some - some.mean((1, 2), keepdim=True)
    np.testing.assert_allclose(
        TOKEN_COSINE.measure(checkpoint)["token_cosine_centred.norm"], pair_cosine(centred[:, :, 6:])
    )


def test_share_of_attention_on_a_map() -> None:
    sizes = torch.tensor([[1.0, 0, 0], [1, 3, 0], [2, 2, 4]]).expand(1, 2, 1, 3, 3)
    best = torch.zeros(1, 2, 3, 3, dtype=torch.bool)
    best[0, 0, 1, 1] = best[0, 0, 2, 0] = best[0, 0, 2, 2] = True
    assert share_on(sizes, best).item() == pytest.approx((3 + 2 + 4) / 12)  # the second example has no row
    best[0, 1, 2, 0] = True
    assert share_on(sizes, best).item() == pytest.approx((9 / 12 + 2 / 8) / 2)
    assert torch.isnan(share_on(sizes, best & False)).all()


@pytest.mark.parametrize("attention", ["softmax", "linear"])
def test_attention_progress_by_a_loop(attention: str) -> None:
    checkpoint = sequential(attention=attention)
    run, model = 3, checkpoint.network.model
    weights = {name: values[run] for name, values in checkpoint.weights().items()}
    maps = model.attention_maps(weights, checkpoint.examples.probe.inputs[run, :64])["block_1.attention_weights"]
    columns = {5: [0], 6: [0, 1], 7: [1, 2], 8: [2, 3], 9: [3, 4]}
    sizes = np.abs(maps.numpy())[:, 1]
    on = sum(sizes[:, row, seen].sum(1) for row, seen in columns.items())
    expected = (on / sizes[:, 5:].sum((1, 2))).mean()
    found = ATTENTION_PROGRESS.measure(checkpoint)
    assert float(found["attention_progress.block_1.head_2"][run]) == pytest.approx(expected, rel=1e-9)
    assert list(found) == ["attention_progress.block_1.head_1", "attention_progress.block_1.head_2"]


def uniform(positions: int) -> torch.Tensor:
    """Even attention over the past, of one run, two inputs and one head."""
    map_ = torch.ones(positions, positions, dtype=torch.float64).tril()
    return (map_ / map_.sum(1, keepdim=True)).expand(1, 2, 1, positions, positions)


def on_columns(columns: list[int]) -> torch.Tensor:
    """All attention of row i on column columns[i]."""
    return torch.eye(len(columns), dtype=torch.float64)[columns].expand(1, 2, 1, len(columns), len(columns))


def test_entropy_of_even_and_of_sharp_attention() -> None:
    assert evenness(uniform(7)).item() == pytest.approx(1)
    assert evenness(on_columns([0, 0, 1, 3])).item() == 0
    halves = (on_columns([0, 0, 0]) + on_columns([0, 1, 1])) / 2
    assert evenness(halves).item() == pytest.approx((1 + np.log(2) / np.log(3)) / 2)


def test_attention_on_the_first_position_and_on_the_one_before() -> None:
    assert on_the_first(uniform(64))[0, 0].item() == pytest.approx(sum(1 / i for i in range(1, 65)) / 64)
    assert on_the_first(on_columns([0] * 5)).unique().tolist() == [1]
    assert on_the_one_before(on_columns([0, 0, 1, 2, 3])).item() == 1
    assert on_the_one_before(uniform(4)).item() == pytest.approx((1 / 2 + 1 / 3 + 1 / 4) / 3)


def test_a_perfect_induction_head_scores_one_and_half_a_head_half() -> None:
    perfect = on_columns([0, 0, 0, 1, 2, 3])  # period 3: row 3 looks at 1, row 4 at 2, row 5 at 3
    assert behind_the_copy(perfect, 3).item() == 1
    assert behind_the_copy((perfect + on_columns([0] * 6)) / 2, 3).item() == pytest.approx(0.5)
    assert torch.isnan(behind_the_copy(perfect, 1)).all()
    repeated_twice, other = (sequences(9, 11, 5, repeat=repeat) for repeat in (True, False))
    assert (repeated_twice[:, :5] == repeated_twice[:, 5:10]).all()
    assert not (other[:, :5] == other[:, 5:10]).all(1).any()
    assert all(len(set(row[:5])) == 5 for row in repeated_twice.tolist())
    assert (repeated_twice.min(), repeated_twice.max(), repeated_twice.shape) == (0, 8, (64, 11))


def by_hand() -> tuple[Transformer, dict[str, torch.Tensor]]:
    """A head whose queries carry the number of their position, and its keys the number of the one after."""
    model = Transformer(width=8, heads=1, positions="one_hot", attention_only=True)
    shape = Shape(inputs="token_sequences", outputs=5, positions=8, vocabulary=5, readout="every")
    weights = {n: torch.from_numpy(v) for n, v in model.initial(shape, generator(0, "initial weights")).items()}
    weights["block_1.query"] = torch.zeros(16, 8).double()
    weights["block_1.key"] = torch.zeros(16, 8).double()
    weights["block_1.query"][8:] = 200 * torch.eye(8)
    weights["block_1.key"][8:] = torch.eye(8).roll(1, dims=1)
    return model, weights


def test_a_previous_token_head_made_by_hand_is_found() -> None:
    model, weights = by_hand()
    maps = model.attention_maps(weights, torch.randint(0, 5, (3, 8), generator=torch.Generator().manual_seed(0)))
    assert on_the_one_before(maps["block_1.attention_weights"][None]).item() == pytest.approx(1)
    assert maps["block_1.attention_scores"].amax().item() == pytest.approx(200 / 8**0.5)


def test_every_head_has_its_own_values() -> None:
    checkpoint = sequential()
    weights = {name: values[2] for name, values in checkpoint.weights().items()}
    found = checkpoint.network.model.attention_maps(weights, checkpoint.examples.probe.inputs[2, :64])
    maps, scores = found["block_1.attention_weights"], found["block_1.attention_scores"]
    values = ATTENTION_LOGITS.measure(checkpoint) | ATTENTION_SINK.measure(checkpoint)
    for head in (0, 1):
        name = f"block_1.head_{head + 1}"
        assert float(values[f"attention_logit.{name}"][2]) == pytest.approx(float(scores[:, head].abs().max()))
        alpha = maps[:, head, :, 0].mean(1)
        assert float(values[f"attention_on_first.{name}"][2]) == pytest.approx(float(alpha.mean()))
        assert float(values[f"sink_share.{name}"][2]) == pytest.approx(float((alpha > 0.3).double().mean()))


def test_linear_attention_counts_by_size() -> None:
    checkpoint = sequential(attention="linear")
    weights = {name: values[1] for name, values in checkpoint.weights().items()}
    maps = checkpoint.network.model.attention_maps(weights, checkpoint.examples.probe.inputs[1, :64])
    sizes = maps["block_1.attention_weights"][:, 0].abs()
    shares = (sizes / sizes.sum(-1, keepdim=True)).numpy()
    expected = np.mean([shares[:, i, i - 1] for i in range(1, 10)])
    found = PREVIOUS_TOKEN_SCORE.measure(checkpoint)["previous_token_score.block_1.head_1"]
    assert float(found[1]) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("width", [9, 10])
def test_massive_activations_by_numpy_and_where_the_median_is_zero(width: int) -> None:
    values = normal(2, 5, width)
    values[0, 0, 3] = 1e4
    sizes = np.abs(values.numpy())
    np.testing.assert_allclose(ratio(values), (sizes.max(2) / np.median(sizes, axis=2)).mean(1), rtol=1e-12)
    values[1, 2, :6] = 0
    assert torch.isnan(ratio(values)).tolist() == [False, True]


def test_dead_units_are_those_no_input_activates() -> None:
    values = normal(1, 6, 4).abs()
    values[0, :, 1] = 0
    values[0, :5, 2] = -1
    values[0, :, 3] *= -1
    assert dead(values).item() == 0.5
    values[0, 0, 0] = torch.nan
    assert torch.isnan(dead(values)).all()
