"""How well the kernel that a network starts with would do: the test loss of its linearisation, fitted to the end."""

from __future__ import annotations

import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.examples import Split
from phasescope.measures.curvature import copies, groups
from phasescope.measures.measure import Measure, Values

TRAIN, TEST = 600, 128  # inputs at most
RIDGE = 1e-8  # of the mean of the kernel's diagonal


def measure(checkpoint: Checkpoint) -> Values:
    """The same at every checkpoint: it is a line to compare with."""
    train, test = checkpoint.examples.train, checkpoint.examples.test
    if int(train.counts.min()) < train.inputs.shape[1] or train.inputs.shape[1] > TRAIN:
        return {"kernel_regression_loss": torch.full((len(checkpoint.runs),), torch.nan)}
    seen, rest = _gradients(checkpoint, train, TRAIN), _gradients(checkpoint, test, TEST)
    kernel = (seen[1] @ seen[1].transpose(1, 2)).double()
    ridge = RIDGE * kernel.diagonal(dim1=1, dim2=2).mean(1)[:, None, None]
    steady = kernel + ridge * torch.eye(kernel.shape[1], dtype=kernel.dtype, device=kernel.device)
    residual = train.targets.double() - seen[0]
    fitted = torch.linalg.solve(steady, residual[..., None])
    outputs = rest[0] + ((rest[1] @ seen[1].transpose(1, 2)).double() @ fitted)[..., 0]
    targets = test.targets[:, : outputs.shape[1]].double()
    return {"kernel_regression_loss": (outputs - targets).square().mean(1)}


def _gradients(checkpoint: Checkpoint, split: Split, most: int) -> tuple[Tensor, Tensor]:
    """Outputs (R, n) at the initial weights on the first inputs, and their gradients (R, n, P)."""
    flat = checkpoint.initial
    count = min(most, split.inputs.shape[1])
    examples = torch.arange(count, device=flat.device).expand(len(flat), -1)
    values, gradients = [], []
    for rows in groups(len(flat), flat.shape[1] * count, flat.device):
        leaf = flat[rows].repeat_interleave(count, 0).requires_grad_()
        with torch.enable_grad():
            network = checkpoint.network.of(rows.repeat_interleave(count))
            outputs, _ = network.outputs(leaf, copies(split, examples, rows))
            (found,) = torch.autograd.grad(outputs.sum(), leaf)
        values.append(outputs.detach().reshape(len(rows), count).double())
        gradients.append(found.reshape(len(rows), count, -1))
    return torch.cat(values), torch.cat(gradients)


KERNEL_REGRESSION = Measure(
    name="kernel_regression",
    label="Kernel regression",
    summary="Test error (mean square, of up to 128 test inputs) of the network linearised at its initial weights and "
    "fitted to all training numbers: f₀ + K(x, X) K(X, X)⁻¹ (y − f₀(X)) with K the tangent kernel at the start, plus "
    "10⁻⁸ of its mean diagonal. A network that ends well below this has left the lazy regime. For one output, up to "
    "600 training examples, and training sets of one size.",
    unit="squared error",
    source="Jacot, Gabriel & Hongler 2018, arXiv:1806.07572; Kumar et al. 2024, arXiv:2310.06110",
    series=("kernel_regression_loss",),
    range=(0.0, None),
    cost="dear",
    needs=("numbers",),
    undefined="there are more than 600 training examples, or training sets of several sizes",
    measure=measure,
)
