"""Derivatives that several measures need: losses and Hessian products of many runs, gradients of single examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from phasescope.engine.examples import Examples, Split
from phasescope.engine.network import Network
from phasescope.engine.seeding import bits

MOST_NUMBERS = 2**24  # held at once in each of a few tensors: many runs are taken in groups


def training_losses(network: Network, flat: Tensor, examples: Examples) -> Tensor:
    """(R,) mean loss over the training examples of the networks with parameters (R, P)."""
    outputs, _ = network.outputs(flat, examples.train)
    return (network.losses(outputs, examples.train, examples.extras) * examples.train.weights).sum(1)


def losses_and_gradients(network: Network, flat: Tensor, examples: Examples) -> tuple[Tensor, Tensor]:
    """(R,) mean training losses and (R, P) their gradients, float64."""
    leaf = flat.detach().requires_grad_()
    with torch.enable_grad():
        losses = training_losses(network, leaf, examples)
        (gradients,) = torch.autograd.grad(losses.sum(), leaf)
    return losses.detach().double(), gradients.double()


def hessian_product(network: Network, flat: Tensor, examples: Examples) -> Callable[[Tensor], Tensor]:
    """A function that multiplies (R, P) vectors by the Hessian of each run's training loss.

    By differentiating the gradient: exact, for two more passes. No run's loss depends on another's parameters, so
    that the Hessian of their sum falls into one block per run.
    """
    leaf = flat.detach().requires_grad_()
    with torch.enable_grad():
        total = training_losses(network, leaf, examples).sum()
        (gradients,) = torch.autograd.grad(total, leaf, create_graph=True)

    def product(vectors: Tensor) -> Tensor:
        (found,) = torch.autograd.grad(gradients, leaf, vectors.to(leaf.dtype), retain_graph=True)
        return found.double()

    return product


def largest_eigenvalue(product: Callable[[Tensor], Tensor], start: Tensor, steps: int) -> Tensor:
    """(R,) Lanczos with full reorthogonalisation from (R, P); the largest, not the largest in size."""
    vectors = [start / start.norm(dim=1, keepdim=True)]
    diagonal: list[Tensor] = []
    beside: list[Tensor] = []
    alive = torch.ones_like(start[:, 0], dtype=torch.bool)
    for step in range(steps):
        found = product(vectors[-1])
        along = (found * vectors[-1]).sum(1)
        # where the space is used up, repeat a value that is there already: it cannot become the largest
        diagonal.append(torch.where(alive, along, diagonal[0] if diagonal else along))
        if step == steps - 1:
            break
        for _ in range(2):  # twice is enough
            for vector in vectors:
                found = found - (found * vector).sum(1, keepdim=True) * vector
        length = found.norm(dim=1)
        alive = alive & (length > 1e-10 * torch.stack(diagonal).abs().amax(0)) & (length > 0)
        beside.append(torch.where(alive, length, 0.0))
        vectors.append(torch.where(alive[:, None], found / length[:, None], 0.0))
    tridiagonal = torch.diag_embed(torch.stack(diagonal, 1))
    if beside:
        off = torch.diag_embed(torch.stack(beside, 1), offset=1)
        tridiagonal = tridiagonal + off + off.transpose(1, 2)
    finite = torch.isfinite(tridiagonal).all(2).all(1)
    values = torch.linalg.eigvalsh(torch.where(finite[:, None, None], tridiagonal, 0.0))
    return torch.where(finite, values[:, -1], torch.nan)


def signs(purpose: str, number: int, parameters: int, device: torch.device) -> Tensor:
    """(1, P) of ±1, float64: the same for every run, decided by purpose and number alone."""
    key, counter = (torch.tensor([value], device=device) for value in (0, number))
    return (bits(key, purpose, counter, parameters) < 0).double() * 2 - 1


def groups(runs: int, numbers_per_run: int, device: torch.device) -> Iterator[Tensor]:
    """Rows of the runs that may be in memory together when each takes so many numbers."""
    size = max(1, MOST_NUMBERS // max(1, numbers_per_run))
    for start in range(0, runs, size):
        yield torch.arange(start, min(start + size, runs), device=device)


def copies(split: Split, examples: Tensor, rows: Tensor) -> Split:
    """Single examples of a split as runs of their own: (r·m, 1, …) from the examples (R, m) of the runs `rows`."""
    chosen = examples[rows]

    def taken(values: Tensor) -> Tensor:
        return values[rows[:, None], chosen].flatten(0, 1)[:, None]

    ones = torch.ones_like(taken(split.weights))
    return Split(taken(split.inputs), taken(split.targets), ones, torch.ones_like(ones[:, 0]))


def some_examples(split: Split, most: int) -> tuple[Tensor, Tensor]:
    """Evenly spaced examples (R, m) of a split, m ≤ `most`, and how many of them are real (R,)."""
    used = split.counts.clamp(max=most)
    places = torch.arange(int(used.max()), device=used.device)[None]
    chosen = (places * split.counts[:, None] // used[:, None]).clamp(max=split.targets.shape[1] - 1)
    return chosen, used


def example_gradients(network: Network, flat: Tensor, examples: Examples, chosen: Tensor, rows: Tensor) -> Tensor:
    """(r, m, P) float64 gradients of the loss of single training examples (R, m) of the runs `rows`."""
    count = chosen.shape[1]
    single = copies(examples.train, chosen, rows)
    leaf = flat[rows].repeat_interleave(count, 0).requires_grad_()
    extras = {name: values[rows].repeat_interleave(count, 0) for name, values in examples.extras.items()}
    with torch.enable_grad():
        outputs, _ = network.of(rows.repeat_interleave(count)).outputs(leaf, single)
        (gradients,) = torch.autograd.grad(network.losses(outputs, single, extras).sum(), leaf)
    return gradients.reshape(len(rows), count, -1).double()
