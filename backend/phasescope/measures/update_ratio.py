"""Update-to-weight ratio: how far the last training step moved each weight matrix, against its size."""

from __future__ import annotations

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.measure import Measure, Values


def measure(checkpoint: Checkpoint) -> Values:
    """One ratio over all parameters, and one per weight matrix."""
    update = checkpoint.update()
    before = checkpoint.parameters.double() - update
    moves, sizes = (checkpoint.network.layout.named(flat) for flat in (update, before))
    values = {"update_ratio": update.norm(dim=1) / before.norm(dim=1)}
    for name, move in moves.items():
        if move.dim() > 2:
            ratio = move.flatten(1).norm(dim=1) / sizes[name].flatten(1).norm(dim=1)
            values[f"update_ratio.{name.removesuffix('.weight')}"] = ratio
    return values


UPDATE_RATIO = Measure(
    name="update_ratio",
    label="Update-to-weight ratio",
    summary="‖θ_t − θ_{t−1}‖ / ‖θ_{t−1}‖ of the last training step as it was applied, after decay, momentum, clipping "
    "and interventions; over all parameters and for each weight matrix. About 10⁻³ is a common aim. Not to be had "
    "from the checkpoints, which lie many steps apart: the training loop keeps the weights of the step before.",
    unit="ratio",
    source="the definition",
    series=("update_ratio", "update_ratio.*"),
    range=(0.0, None),
    updates=True,
    undefined="no step has been taken yet, or the weights were zero before it",
    measure=measure,
)
