"""Kernel, linearisation and curvature: exact Hessians and Jacobians of small networks, and networks that are linear."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.func import jacrev

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures import curvature
from phasescope.measures.curvature import groups, hessian_product, largest_eigenvalue, signs, training_losses
from phasescope.measures.function_distance import FUNCTION_DISTANCE
from phasescope.measures.hessian_top_eigenvalue import HESSIAN_TOP_EIGENVALUE
from phasescope.measures.hessian_trace import HESSIAN_TRACE
from phasescope.measures.tangent_kernel import TANGENT_KERNEL, cosine, kernel

from .applicable import modular
from .checkpoints import alone, trained


def exact_hessian(checkpoint: Checkpoint, row: int) -> np.ndarray:
    one = alone(checkpoint, row)

    def loss(flat: torch.Tensor) -> torch.Tensor:
        return training_losses(one.network, flat[None], one.examples)[0]

    found = jacrev(jacrev(loss))(one.parameters[0])
    matrix: np.ndarray = found.detach().numpy()
    return matrix


@pytest.mark.parametrize("model", ["embedding_decoder", "transformer"])
def test_hessian_products_by_finite_differences_of_gradients(model: str) -> None:
    checkpoint, size = trained(model), 1e-5
    network, examples, flat = checkpoint.network, checkpoint.examples, checkpoint.parameters
    vector = signs("test", 0, flat.shape[1], flat.device).expand_as(flat)
    ahead, behind = (
        network.gradients(flat + sign * size * vector, examples.train, examples.extras) for sign in (1, -1)
    )
    np.testing.assert_allclose(
        hessian_product(network, flat, examples)(vector), (ahead - behind) / (2 * size), atol=1e-6, rtol=1e-4
    )


@pytest.mark.parametrize("row", [0, 3])
def test_top_eigenvalue_and_trace_of_the_exact_hessian(row: int) -> None:
    checkpoint = trained()
    matrix = exact_hessian(checkpoint, row)
    top = HESSIAN_TOP_EIGENVALUE.measure(checkpoint)["hessian_top_eigenvalue"][row]
    assert float(top) == pytest.approx(np.linalg.eigvalsh(matrix)[-1], rel=1e-5)
    probes = np.stack([signs("Hutchinson", n, len(matrix), torch.device("cpu"))[0].numpy() for n in range(16)])
    samples = ((probes @ matrix) * probes).sum(1)
    values = {name: float(column[row]) for name, column in HESSIAN_TRACE.measure(checkpoint).items()}
    assert values["hessian_trace"] == pytest.approx(samples.mean(), rel=1e-8)
    assert values["hessian_trace_error"] == pytest.approx(samples.std(ddof=1) / 4, rel=1e-8)
    assert abs(values["hessian_trace"] - np.trace(matrix)) < 5 * values["hessian_trace_error"]


def test_the_largest_eigenvalue_is_not_the_largest_in_size() -> None:
    spectrum = torch.linspace(-50, 3, 12, dtype=torch.float64)[None]
    start = signs("Lanczos", 0, 12, torch.device("cpu"))
    assert largest_eigenvalue(lambda v: spectrum * v, start, 12).item() == pytest.approx(3)


def test_a_used_up_space_and_all_negative_curvature() -> None:
    start = torch.ones(2, 6, dtype=torch.float64)
    scale = torch.tensor([[-2.0], [5.0]], dtype=torch.float64)
    assert largest_eigenvalue(lambda v: scale * v, start, 6).tolist() == pytest.approx([-2, 5])


def test_hutchinson_is_exact_on_a_diagonal_and_signs_are_fair() -> None:
    probes = torch.cat([signs("Hutchinson", n, 4000, torch.device("cpu")) for n in range(16)])
    assert set(probes.unique().tolist()) == {-1.0, 1.0}
    assert abs(float(probes.mean())) < 4 / probes.numel() ** 0.5
    gram = probes @ probes.T / 4000 - torch.eye(16)
    assert float(gram.abs().max()) < 5 / 4000**0.5
    diagonal = torch.arange(4000, dtype=torch.float64)
    np.testing.assert_allclose((probes * diagonal * probes).sum(1), diagonal.sum())


def test_groups_cover_every_run_once_and_do_not_change_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoint = trained()
    measures = (HESSIAN_TOP_EIGENVALUE, HESSIAN_TRACE, TANGENT_KERNEL)
    together = [measure.measure(checkpoint) for measure in measures]
    monkeypatch.setattr(curvature, "MOST_NUMBERS", 2 * 20 * checkpoint.parameters.shape[1])
    assert torch.cat(list(groups(5, 40, torch.device("cpu")))).tolist() == [0, 1, 2, 3, 4]
    for measure, values in zip(measures, together, strict=True):
        for name, column in measure.measure(checkpoint).items():
            np.testing.assert_allclose(column, values[name], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("row", [0, 4])
def test_the_kernel_by_jacobians(row: int) -> None:
    checkpoint = modular("mlp")
    one = alone(checkpoint, row)
    chosen = torch.tensor([0, 5, 11, 30])

    def summed(flat: torch.Tensor) -> torch.Tensor:
        return one.network.outputs(flat[None], one.examples.probe)[0][0].sum(1)

    rows = jacrev(summed)(one.parameters[0])[chosen].detach()
    np.testing.assert_allclose(kernel(checkpoint, "now", chosen)[row], rows @ rows.T / 7, rtol=1e-9, atol=1e-12)


def test_kernel_distances_are_zero_at_the_start_and_do_not_see_scale() -> None:
    checkpoint = modular("mlp")
    still = replace(checkpoint, parameters=checkpoint.initial, previous=checkpoint.initial, retired=set(), _kept={})
    values = TANGENT_KERNEL.measure(still)
    for name in ("kernel_distance_to_initial", "kernel_distance_to_previous", "kernel_relative_change"):
        np.testing.assert_allclose(values[name], 0, atol=1e-12)
    assert torch.isnan(TANGENT_KERNEL.measure(replace(still, step=0, previous_step=0))["kernel_velocity"]).all()
    moving = TANGENT_KERNEL.measure(checkpoint)
    assert (checkpoint.step, checkpoint.previous_step) == (40, 5)
    np.testing.assert_allclose(moving["kernel_velocity"], moving["kernel_distance_to_previous"] / 35)
    assert (moving["kernel_velocity"] > 0).all()
    some = torch.from_numpy(np.random.default_rng(0).normal(size=(2, 5, 5)))
    np.testing.assert_allclose(cosine(some, 3 * some), 1)


def test_kernel_alignment_is_centred_cka_with_the_labels() -> None:
    checkpoint = modular("mlp")
    inputs = checkpoint.examples.probe.targets.shape[1]
    chosen = torch.linspace(0, inputs - 1, min(32, inputs), dtype=torch.float64).round().long()
    square = kernel(checkpoint, "now", chosen)[2].numpy()
    answers = np.eye(7)[checkpoint.examples.probe.targets[2, chosen].numpy()]
    away = np.eye(len(chosen)) - 1 / len(chosen)
    first, second = away @ square @ away, away @ answers @ answers.T @ away
    expected = (first * second).sum() / np.linalg.norm(first) / np.linalg.norm(second)
    assert float(TANGENT_KERNEL.measure(checkpoint)["kernel_alignment"][2]) == pytest.approx(expected, rel=1e-9)


def moved(checkpoint: Checkpoint, size: float) -> Checkpoint:
    push = size * signs("a push", 0, checkpoint.parameters.shape[1], torch.device("cpu"))
    return replace(checkpoint, parameters=checkpoint.initial + push, retired=set(), _kept={})


def test_linearisation_error_vanishes_for_short_moves_and_not_for_long_ones() -> None:
    errors = [FUNCTION_DISTANCE.measure(moved(trained(), size))["linearisation_error"] for size in (1e-4, 1e-3, 0.3)]
    assert (errors[0] < 1e-2).all()
    np.testing.assert_allclose(errors[1] / errors[0], 10, rtol=0.1)  # the error is of second order
    assert (errors[2] > 0.1).all()


def test_function_distance_by_numpy_and_undefined_error_at_the_start() -> None:
    checkpoint = trained()
    network, probe = checkpoint.network, checkpoint.examples.probe
    now, start = (network.outputs(flat, probe)[0].numpy() for flat in (checkpoint.parameters, checkpoint.initial))
    expected = np.sqrt(((now - start) ** 2).mean((1, 2)))
    np.testing.assert_allclose(FUNCTION_DISTANCE.measure(checkpoint)["function_distance"], expected)
    still = FUNCTION_DISTANCE.measure(moved(checkpoint, 0))
    assert (still["function_distance"] == 0).all()
    assert torch.isnan(still["linearisation_error"]).all()
