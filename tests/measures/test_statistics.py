"""Statistics of weights and gradients: closed forms, numpy, and finite differences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.special import logsumexp
from torch.func import grad

from phasescope.core.spec import RunSpec
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.train import train
from phasescope.measures.distance_to_previous import DISTANCE_TO_PREVIOUS
from phasescope.measures.geometry import eigenvalues
from phasescope.measures.gradient_noise import GRADIENT_NOISE
from phasescope.measures.gradient_norm import GRADIENT_NORM
from phasescope.measures.latent_state_metrics import LATENT_STATE_METRICS
from phasescope.measures.layer_alignment import LAYER_ALIGNMENT, top_cosine
from phasescope.measures.linear_barrier import LINEAR_BARRIER, barrier
from phasescope.measures.output_scale import OUTPUT_SCALE
from phasescope.measures.sam_sharpness import SAM_SHARPNESS
from phasescope.measures.weight_norm import WEIGHT_NORM
from phasescope.measures.weight_norms import WEIGHT_NORMS
from phasescope.measures.weight_spectrum import WEIGHT_SPECTRUM, effective_rank, stable_rank
from phasescope.measures.weight_statistics import WEIGHT_STATISTICS, sparsity

from .applicable import modular
from .checkpoints import trained


def ranks(matrix: torch.Tensor) -> tuple[float, float]:
    squared = eigenvalues(matrix[None])
    return stable_rank(squared).item(), effective_rank(squared).item()


def test_ranks_of_diagonal_orthogonal_and_rank_one_matrices() -> None:
    sizes = torch.tensor([3.0, 2, 1, 0.5], dtype=torch.float64)
    shares = (sizes / sizes.sum()).numpy()
    expected = (float(sizes.square().sum()) / 9, float(np.exp(-(shares * np.log(shares)).sum())))
    assert ranks(sizes.diag()) == pytest.approx(expected)
    orthogonal = torch.linalg.qr(torch.from_numpy(np.random.default_rng(0).normal(size=(6, 6))))[0]
    assert ranks(orthogonal) == pytest.approx((6, 6))
    assert ranks(0.01 * orthogonal[:, :4] @ sizes.diag()) == pytest.approx(expected)
    assert ranks(orthogonal[:, :1] @ orthogonal[1:2]) == pytest.approx((1, 1), abs=1e-6)
    assert np.isnan(ranks(torch.zeros(3, 3))).all()


def test_largest_singular_values_by_numpy() -> None:
    checkpoint = trained()
    values = WEIGHT_SPECTRUM.measure(checkpoint)
    expected = np.linalg.svd(checkpoint.weights()["hidden_2.weight"].numpy(), compute_uv=False)
    for number in (1, 2, 3):
        np.testing.assert_allclose(values[f"singular_value_{number}.hidden_2"], expected[:, number - 1], rtol=1e-9)
    assert "singular_value_2.embedding" not in values  # it is one wide


def test_squares_of_norms_add_up() -> None:
    checkpoint = trained("transformer")
    parts = torch.stack(list(WEIGHT_NORMS.measure(checkpoint).values()))
    np.testing.assert_allclose(parts.square().sum(0).sqrt(), WEIGHT_NORM.measure(checkpoint)["weight_norm"])


def test_sparsity_of_known_vectors_and_statistics_by_numpy() -> None:
    equal, single = torch.ones(1, 16, dtype=torch.float64), torch.eye(16, dtype=torch.float64)[:1]
    assert sparsity(-3 * equal).item() == pytest.approx(0)
    assert sparsity(9 * single).item() == pytest.approx(1)
    assert torch.isnan(sparsity(0 * equal)).all()
    checkpoint = trained()
    entries = checkpoint.weights()["readout.weight"].flatten(1).numpy()
    values = WEIGHT_STATISTICS.measure(checkpoint)
    np.testing.assert_allclose(values["weight_mean.readout"], entries.mean(1))
    np.testing.assert_allclose(values["weight_variance.readout"], entries.var(1))


def test_latent_state_metrics_by_numpy() -> None:
    checkpoint = trained()
    row, found = 3, {name: float(v[3]) for name, v in LATENT_STATE_METRICS.measure(checkpoint).items()}
    weights = {n: v[row].numpy() for n, v in checkpoint.weights().items() if not n.startswith("embedding")}
    matrices = [v for n, v in weights.items() if n.endswith("weight")]
    biases = np.concatenate([v for n, v in weights.items() if n.endswith("bias")])
    singular = [np.linalg.svd(m, compute_uv=False) for m in matrices]
    entries = np.concatenate([m.ravel() for m in matrices])
    expected = {
        "l1": np.mean([abs(m).sum() for m in matrices]),
        "l2": np.mean([np.linalg.norm(m) for m in matrices]),
        "trace": np.mean([np.trace(m) for m in matrices]),
        "spectral_norm": np.mean([s[0] for s in singular]),
        "code_sparsity": np.mean([abs(m).sum() / np.linalg.norm(m) for m in matrices]),
        "computational_sparsity": np.mean([np.trace(m) / s[0] for m, s in zip(matrices, singular, strict=True)]),
        "singular_value_mean": np.mean([s.mean() for s in singular]),
        "singular_value_variance": np.mean([s.var(ddof=1) for s in singular if len(s) > 1]),
        "weight_mean": entries.mean(),
        "weight_median": np.sort(entries)[(len(entries) - 1) // 2],
        "weight_variance": entries.var(ddof=1),
        "bias_mean": biases.mean(),
        "bias_median": np.sort(biases)[(len(biases) - 1) // 2],
        "bias_variance": biases.var(ddof=1),
    }
    assert len(expected) == 14
    assert found == pytest.approx({f"latent_state.{name}": value for name, value in expected.items()}, rel=1e-7)


def loss_of(checkpoint: Checkpoint, flat: torch.Tensor) -> torch.Tensor:
    """(R,) training losses at other parameters, through the network alone."""
    network, examples = checkpoint.network, checkpoint.examples
    losses = network.losses(network.outputs(flat, examples.train)[0], examples.train, examples.extras)
    return (losses * examples.train.weights).sum(1)


def test_gradient_norm_by_finite_differences() -> None:
    checkpoint, size = trained(), 1e-5
    flat = checkpoint.parameters
    columns = []
    for column in range(flat.shape[1]):
        step = torch.zeros_like(flat)
        step[:, column] = size
        columns.append((loss_of(checkpoint, flat + step) - loss_of(checkpoint, flat - step)) / (2 * size))
    gradient = torch.stack(columns, dim=1)
    values = GRADIENT_NORM.measure(checkpoint)
    np.testing.assert_allclose(values["gradient_norm"], gradient.norm(dim=1), rtol=1e-5)
    place = checkpoint.network.layout.slices["hidden_2.weight"]
    np.testing.assert_allclose(values["gradient_norm.hidden_2.weight"], gradient[:, place].norm(dim=1), rtol=1e-5)


def test_sharpness_along_the_gradient_to_first_order() -> None:
    checkpoint = trained()
    norm = GRADIENT_NORM.measure(checkpoint)["gradient_norm"]
    unit = checkpoint.gradients() / norm[:, None]
    expected = loss_of(checkpoint, checkpoint.parameters + 0.05 * unit) - loss_of(checkpoint, checkpoint.parameters)
    np.testing.assert_allclose(SAM_SHARPNESS.measure(checkpoint)["sam_sharpness"], expected, rtol=1e-9)


def test_barrier_by_a_loop_and_none_where_nothing_moved() -> None:
    checkpoint = trained()
    start, end = checkpoint.initial, checkpoint.parameters
    ends, above = (loss_of(checkpoint, start), loss_of(checkpoint, end)), []
    for share in np.linspace(0, 1, 11):
        straight = share * ends[1] + (1 - share) * ends[0]
        above.append(loss_of(checkpoint, share * end + (1 - share) * start) - straight)
    expected = torch.stack(above).amax(0).clamp(min=0)
    found = LINEAR_BARRIER.measure(checkpoint)["linear_barrier_to_initial"]
    np.testing.assert_allclose(found, expected, atol=1e-12)
    still = replace(checkpoint, previous=checkpoint.parameters, retired=set(), _kept={})
    assert (LINEAR_BARRIER.measure(still)["linear_barrier_to_previous"] < 1e-12).all()


def test_two_networks_that_differ_by_a_permutation_have_a_barrier_between_them() -> None:
    checkpoint = modular("mlp", steps=160)
    weights = {name: values.clone() for name, values in checkpoint.weights().items()}
    order = torch.tensor([5, 3, 7, 1, 0, 2, 6, 4])
    for name in ("hidden_1.weight", "hidden_1.bias"):
        weights[name] = weights[name][..., order]
    weights["hidden_2.weight"] = weights["hidden_2.weight"][:, order]
    flat = torch.cat([weights[name].flatten(1) for name in checkpoint.network.layout.shapes], dim=1)
    np.testing.assert_allclose(loss_of(checkpoint, flat), loss_of(checkpoint, checkpoint.parameters))
    assert (barrier(checkpoint, flat) > 0.1).all()


def test_distance_to_previous_and_scale_of_outputs_by_numpy() -> None:
    checkpoint = trained()
    moved = checkpoint.parameters.numpy() - checkpoint.previous.numpy()
    found = DISTANCE_TO_PREVIOUS.measure(checkpoint)["distance_to_previous"]
    np.testing.assert_allclose(found, np.linalg.norm(moved, axis=1))
    outputs = checkpoint.network.outputs(checkpoint.parameters, checkpoint.examples.probe)[0].numpy()
    values = OUTPUT_SCALE.measure(checkpoint)
    np.testing.assert_allclose(values["output_size"], np.sqrt((outputs**2).mean((1, 2))))
    np.testing.assert_allclose(values["largest_output"], abs(outputs).max((1, 2)))
    np.testing.assert_allclose(values["log_normaliser"], logsumexp(outputs, axis=2).mean(1))


@pytest.mark.parametrize("row", [0, 1])
def test_gradient_noise_by_one_example_at_a_time(row: int) -> None:
    """Rows 0 and 1 have training sets of different sizes; both are smaller than 64, so every example counts."""
    checkpoint = modular("mlp")
    network, train = checkpoint.network, checkpoint.examples.train
    parameters = {name: values[row] for name, values in checkpoint.weights().items()}

    def loss(weights: dict[str, torch.Tensor], index: int) -> torch.Tensor:
        outputs, _ = network.model.forward(weights, train.inputs[row, index : index + 1])
        return network.task.loss(outputs, train.targets[row, index : index + 1], {}).sum()

    each = [grad(loss)(parameters, index) for index in range(int(train.counts[row]))]
    gradients = np.stack([np.concatenate([v.ravel().numpy() for v in one.values()]) for one in each])
    noise = gradients.var(0, ddof=1).sum()
    signal = (gradients.mean(0) ** 2).sum() - noise / len(gradients)
    found = {name: float(values[row]) for name, values in GRADIENT_NOISE.measure(checkpoint).items()}
    assert found["gradient_noise"] == pytest.approx(noise, rel=1e-9)
    assert found["gradient_signal"] == pytest.approx(signal, rel=1e-9)
    expected = noise / signal if signal > 0 else np.nan
    assert found["gradient_noise_scale"] == pytest.approx(expected, rel=1e-9, nan_ok=True)


def test_layer_alignment_and_imbalance_by_numpy() -> None:
    checkpoint = trained("mlp")
    found = LAYER_ALIGNMENT.measure(checkpoint)
    assert [name for name in found if "alignment" in name] == ["layer_alignment.hidden_2", "layer_alignment.readout"]
    weights = checkpoint.weights()
    for row in (0, 3):
        one, other = (weights[f"{layer}.weight"][row].numpy() for layer in ("hidden_2", "readout"))
        cosine = abs(np.linalg.svd(one)[2][0] @ np.linalg.svd(other)[0][:, 0])
        assert float(found["layer_alignment.readout"][row]) == pytest.approx(cosine, rel=1e-9)
        expected = np.linalg.norm(one.T @ one - other @ other.T)
        assert float(found["layer_imbalance.readout"][row]) == pytest.approx(expected, rel=1e-9)


def test_top_directions_of_known_matrices() -> None:
    wide, narrow = torch.diag(torch.tensor([3.0, 1])).double(), torch.diag(torch.tensor([1.0, 3])).double()
    both = torch.stack([wide, wide, torch.eye(2).double(), 0 * wide])
    other = torch.stack([2 * wide, narrow, wide, wide])
    found = top_cosine(both, other)
    assert found[:2].tolist() == pytest.approx([1, 0])
    assert torch.isnan(found[2:]).all()  # no top direction, and none at all


def test_a_deep_linear_network_stays_balanced_and_aligns() -> None:
    spec = RunSpec(
        task={"name": "deep_linear_regression", "basis": "random"},
        model={"name": "deep_linear", "width": 6, "depth": 3, "initial_weights": "gaussian", "initial_scale": 0.1},
        optimizer={"name": "sgd", "learning_rate": 5e-3},
        precision="float64",
    )
    found, norms = [], []
    for checkpoint in train({0: spec}, (0, 600)):
        found.append(LAYER_ALIGNMENT.measure(checkpoint))
        norms.append(float(checkpoint.parameters.norm()))
    assert norms[1] > 5 * norms[0]
    for layer in ("layer_2", "layer_3"):
        before, after = (float(values[f"layer_alignment.{layer}"]) for values in found)
        assert before < 0.99 < 0.999 < after
        imbalances = [float(values[f"layer_imbalance.{layer}"]) for values in found]
        assert imbalances[1] == pytest.approx(imbalances[0], rel=0.2)  # while the weights grow fivefold
