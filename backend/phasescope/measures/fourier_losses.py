"""Progress measures of modular addition: the loss with, and without, the network's key frequencies."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from phasescope.engine.checkpoint import Checkpoint
from phasescope.engine.examples import Split
from phasescope.measures.curvature import groups
from phasescope.measures.measure import Measure, Values

KEYS = 5
NUMBERS_PER_EXAMPLE = 1024  # that a forward pass may hold


def measure(checkpoint: Checkpoint) -> Values:
    """The two losses, and the frequencies that they are about."""
    modulus = checkpoint.network.task.shape().vocabulary
    sides = torch.arange(modulus, device=checkpoint.parameters.device)
    pairs = torch.cartesian_prod(sides, sides)
    residues = checkpoint.network.task.residues(pairs)
    seen = checkpoint.network.task.residues(checkpoint.examples.train.inputs)
    count = min(KEYS, (modulus - 1) // 2)
    if residues is None or seen is None or count == 0:
        nothing = checkpoint.parameters.new_full((len(checkpoint.runs),), torch.nan)
        return dict.fromkeys(("restricted_loss", "excluded_loss", "key_frequency_share"), nothing)
    parts = []
    for rows in groups(len(checkpoint.runs), len(pairs) * NUMBERS_PER_EXAMPLE, sides.device):
        logits = _logits(checkpoint, pairs, rows)
        keys, share, wave = key_part(logits, residues, count)
        restricted = by_residue_loss(logits.mean(1, keepdim=True) + wave)
        parts.append(torch.cat([torch.stack([restricted, _excluded(checkpoint, wave, seen, rows), share], 1), keys], 1))
    columns = torch.cat(parts).unbind(1)
    values = dict(zip(("restricted_loss", "excluded_loss", "key_frequency_share"), columns[:3], strict=True))
    return values | {f"key_frequency.{place}": column for place, column in enumerate(columns[3:], 1)}


def key_part(logits: Tensor, residues: Tensor, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """Of logits (r, p², p): the key frequencies (r, count), strongest first; the share of the power of the logits in
    them (r,); and what they contribute to the logits of each residue (r, p, p)."""
    modulus = logits.shape[2]
    away = logits - logits.mean(2, keepdim=True)  # what all answers share changes no loss
    means = torch.zeros_like(logits[:, :modulus]).index_add_(1, residues, away) / modulus
    waves = torch.fft.rfft(means, dim=1)
    power = 2 * waves.abs().square().sum(2)  # half as much for k = p / 2, which is never a key
    total = (away - away.mean(1, keepdim=True)).square().sum((1, 2))
    strongest, keys = power[:, 1 : (modulus + 1) // 2].topk(count, dim=1)
    chosen = torch.zeros_like(power).scatter_(1, keys + 1, 1.0)
    found = torch.where(total[:, None] > 0, (keys + 1).double(), torch.nan)
    return found, strongest.sum(1) / total, torch.fft.irfft(waves * chosen[..., None], n=modulus, dim=1)


def by_residue_loss(logits: Tensor) -> Tensor:
    """(r,) cross-entropy of logits (r, p, p) of each residue, whose answer is itself."""
    answers = torch.arange(logits.shape[1], device=logits.device).expand(len(logits), -1)
    return cross_entropy(logits.transpose(1, 2), answers, reduction="none").mean(1)


def _logits(checkpoint: Checkpoint, pairs: Tensor, rows: Tensor) -> Tensor:
    """(r, p², p) for every pair."""
    inputs = pairs.expand(len(rows), -1, -1)
    ones = torch.ones(inputs.shape[:2], device=pairs.device)
    split = Split(inputs, inputs[..., 0], ones, ones[:, 0])
    with torch.no_grad():
        return checkpoint.network.of(rows).outputs(checkpoint.parameters[rows], split)[0].double()


def _excluded(checkpoint: Checkpoint, wave: Tensor, seen: Tensor, rows: Tensor) -> Tensor:
    """(r,) training loss without the key frequencies; `seen` are the residues of the training examples (R, n)."""
    split = checkpoint.examples.train.of(rows)
    removed = wave.gather(1, seen[rows][..., None].expand(-1, -1, wave.shape[2]))
    logits = checkpoint.outputs("train")[rows].double() - removed
    extras = {name: value[rows] for name, value in checkpoint.examples.extras.items()}
    return (checkpoint.network.losses(logits, split, extras) * split.weights).sum(1)


FOURIER_LOSSES = Measure(
    name="fourier_losses",
    label="Restricted and excluded loss",
    summary="Logits over all p² pairs are projected on cos ωs and sin ωs of the residue s = x ± y, ω = 2πk/p. Key "
    "frequencies k are the five with the most power at this checkpoint (of all, if there are fewer). Restricted: "
    "cross-entropy over all pairs of the mean logits plus the key part alone. Excluded: training loss of the logits "
    "without it. And the share of the power of the centred logits in the key frequencies. The paper takes the keys of "
    "the final network, which is known only afterwards.",
    unit="nats; frequencies in turns around p; a share",
    source="Nanda et al. 2023, arXiv:2301.05217, section 5",
    series=("restricted_loss", "excluded_loss", "key_frequency_share", "key_frequency.*"),
    range=(0.0, None),
    cost="dear",
    needs=("cyclic", "classes"),
    undefined="the operation is neither addition nor subtraction, or the logits are the same for all pairs",
    measure=measure,
)
