"""Local learning coefficient: the exact value for quadratic losses and steps of finite size, and singular minima."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from phasescope.core.spec import RunSpec
from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.examples import Examples
from phasescope.engine.network import Network
from phasescope.engine.train import train
from phasescope.measures.curvature import hessian_product, training_losses
from phasescope.measures.learning_coefficient import (
    CHAINS,
    LEARNING_COEFFICIENT,
    LOCALISATION,
    UNUSED,
    USED,
    Chains,
    Descent,
    step_sizes,
)

from .checkpoints import trained

COPIES = 24  # sets of four chains, so that the mean is near its expectation


def sampled(descent: Descent, *, size: int, scale: float, step: float) -> tuple[float, float]:
    """Mean and standard error over chains that start at zero, each set of four with noise of its own."""
    random = np.random.default_rng(0)
    turns = torch.from_numpy(np.stack([np.linalg.qr(random.normal(size=(size, size)))[0] for _ in range(COPIES)]))
    turn = turns.repeat_interleave(CHAINS, 0)

    def turned(place: Tensor) -> tuple[Tensor, Tensor]:
        losses, gradients = descent((place[:, None] @ turn)[:, 0])
        return losses, (gradients[:, None] @ turn.transpose(1, 2))[:, 0]

    every = torch.ones(COPIES * CHAINS, dtype=torch.float64)
    numbers = torch.arange(CHAINS).repeat(COPIES)
    chains = Chains(torch.zeros(len(numbers), size).double(), scale * every, step * every, numbers)
    values = chains.excess(turned).mean(1)
    return float(values.mean()), float(values.std() / len(values) ** 0.5)


def quadratic(curvatures: list[float]) -> Descent:
    h = torch.tensor(curvatures, dtype=torch.float64)
    return lambda place: ((h * place.square()).sum(1) / 2, h * place)


@pytest.mark.parametrize("step", [1e-3, 4e-3])
def test_a_quadratic_loss_has_the_value_that_theory_gives_for_steps_of_this_size(step: float) -> None:
    curvatures, scale = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 100.0
    h = np.array(curvatures)
    pull = scale * h + LOCALISATION
    expected = (0.5 * scale * h / (pull * (1 - step * pull / 4))).sum()
    found, error = sampled(quadratic(curvatures), size=6, scale=scale, step=step)
    assert error < 0.1
    assert found == pytest.approx(expected, abs=4 * error)


def test_a_singular_minimum_has_less_than_half_the_number_of_parameters() -> None:
    """w⁴ has 1/4, and a flat direction adds nothing."""

    def descent(place: Tensor) -> tuple[Tensor, Tensor]:
        gradients = torch.zeros_like(place)
        gradients[:, 0] = 4 * place[:, 0] ** 3
        return place[:, 0] ** 4, gradients

    found, error = sampled(descent, size=2, scale=1e4, step=4e-4)
    assert error < 0.02
    assert found == pytest.approx(0.25, abs=4 * error + 0.01)


def test_a_maximum_is_negative_and_a_chain_that_runs_away_is_not_finite() -> None:
    found, _ = sampled(quadratic([-1.0]), size=1, scale=0.5, step=1e-2)
    assert found < 0
    chains = Chains(torch.zeros(4, 1).double(), 1e6 * torch.ones(4), torch.ones(4), torch.arange(4))
    assert not torch.isfinite(chains.excess(quadratic([1.0]))).any()


def exact_hessian(checkpoint: Checkpoint, row: int) -> np.ndarray:
    flat, network, examples = checkpoint.parameters[row : row + 1], checkpoint.network, checkpoint.examples
    rows = torch.tensor([row])
    product = hessian_product(network.of(rows), flat, examples.of(rows))
    return torch.cat([product(column[None]) for column in torch.eye(flat.shape[1]).double()]).numpy()


def test_steps_are_stable_where_the_loss_is_curved_most() -> None:
    checkpoint = trained()
    scale = torch.tensor([5.0] * 5, dtype=torch.float64)
    steps = step_sizes(checkpoint.network, checkpoint.parameters, checkpoint.examples, scale)
    for row in (0, 4):
        most = 5 * np.linalg.eigvalsh(exact_hessian(checkpoint, row))[-1] + LOCALISATION
        assert 0 < float(steps[row]) * most <= 0.2 * (1 + 1e-6)


def test_the_whole_measure_on_a_linear_regression_whose_hessian_is_the_identity() -> None:
    spec = RunSpec(
        task={"name": "deep_linear_regression", "further_inputs": 4},
        model={"name": "deep_linear", "depth": 1},
        optimizer={"name": "sgd", "learning_rate": 0.5},
        precision="float64",
    )
    *_, fitted = train({seed: spec.model_copy(update={"seed": seed}) for seed in range(2)}, (0, 60))
    assert float(fitted.losses("train").max()) < 1e-20
    values = LEARNING_COEFFICIENT.measure(fitted)
    scale = 8 / np.log(8)
    pull = scale + LOCALISATION
    expected = 32 / 2 * scale / (pull * (1 - 0.2 / 4))
    for row in range(2):
        error = float(values["learning_coefficient_error"][row])
        assert 0 < error < 0.6
        assert float(values["learning_coefficient"][row]) == pytest.approx(expected, abs=4 * error)
        assert abs(float(values["learning_coefficient_trend"][row])) < 8 * error


class Flat(torch.nn.Module):
    """One run's parameters as a module, for packages that sample modules."""

    def __init__(self, flat: Tensor) -> None:
        super().__init__()
        self.flat = torch.nn.Parameter(flat.clone())


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_devinterp_finds_the_same_on_trained_networks() -> None:
    """Its last version for networks other than language models; what it asks to have installed it does not need:
    `pip install --no-deps devinterp==1.3.2`. Found on 21 November 2026, torch 2.13: 8.8 ± 0.8 here and 9.2 ± 0.5 there,
    and 11.1 ± 1.1 and 11.9 ± 0.6, for the two seeds, standard errors over chains.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sampler = pytest.importorskip("devinterp.slt.sampler")
        langevin = pytest.importorskip("devinterp.optim").SGLD
    spec = RunSpec(
        task={"name": "modular_arithmetic", "modulus": 7, "train_fraction": 0.6},
        model={"name": "mlp", "embedding_width": 4, "width": 6, "hidden_layers": 1},
        optimizer={"name": "adamw", "learning_rate": 0.02},
        precision="float64",
    )
    *_, fitted = train({seed: spec.model_copy(update={"seed": seed}) for seed in range(2)}, (0, 400))
    count = fitted.examples.train.counts.double()
    scale = count / count.log()
    steps = step_sizes(fitted.network, fitted.parameters, fitted.examples, scale)
    ours = LEARNING_COEFFICIENT.measure(fitted)
    for row in range(2):
        rows = torch.tensor([row])
        network, examples = fitted.network.of(rows), fitted.examples.of(rows)

        def loss(module: Flat, _data: object, network: Network = network, examples: Examples = examples) -> Tensor:
            return training_losses(network, module.flat[None], examples)[0]

        found = sampler.estimate_learning_coeff_with_summary(
            Flat(fitted.parameters[row]), DataLoader(TensorDataset(torch.zeros(8, 1), torch.zeros(8)), batch_size=8),
            evaluate=loss, sampling_method=langevin, num_draws=USED, num_burnin_steps=UNUSED, num_chains=8,
            optimizer_kwargs={"lr": float(steps[row]), "localization": LOCALISATION, "nbeta": float(scale[row])},
            init_loss=float(loss(Flat(fitted.parameters[row]), None)), seed=list(range(8)), verbose=False,
        )  # fmt: skip
        error = np.hypot(float(ours["learning_coefficient_error"][row]), float(found["llc/std"]) / 8**0.5)
        assert float(ours["learning_coefficient"][row]) == pytest.approx(float(found["llc/mean"]), abs=3 * error)
