"""Has attention found the graph? Attention from each token to its parent, and the loss of one who knows the graph."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from phasescope.engine.checkpoint import Checkpoint
from phasescope.measures.attention import INPUTS
from phasescope.measures.measure import Measure, Values
from phasescope.tasks.markov_in_context import MarkovInContext

FIRST = "block_1.attention_weights"


def measure(checkpoint: Checkpoint) -> Values:
    """On test inputs: the probe inputs of a random graph are of a graph that no run has."""
    inputs = checkpoint.examples.test.inputs[:, :INPUTS]
    with torch.no_grad():
        maps = checkpoint.network.attention_maps(checkpoint.parameters, inputs)[FIRST]
    share, recovered = of_parents(maps.double().mean(1), checkpoint.examples.extras["parents"])
    known = torch.tensor(_bayes_losses(checkpoint), dtype=torch.float64, device=share.device)
    return {
        "parent_attention": share,
        "edge_recovery": recovered,
        "bayes_loss": known,
        "bayes_gap": checkpoint.losses("test").double() - known,
    }


def of_parents(maps: Tensor, parents: Tensor) -> tuple[Tensor, Tensor]:
    """Of mean maps (R, heads, T, T) and parents (R, T − 1): mean attention of children to their parents, and the share
    of children that look there most; of the best head."""
    children = parents >= 0
    rows = maps[:, :, : parents.shape[1]]
    place = parents.clamp(min=0)[:, None, :, None].expand(-1, maps.shape[1], -1, 1)
    there = rows.gather(3, place)[..., 0]
    first = rows.argmax(3) == parents[:, None]
    counts = children.sum(1, keepdim=True)

    def best(found: Tensor) -> Tensor:
        return (torch.where(children[:, None], found.double(), 0.0).sum(2) / counts).amax(1)

    return best(there), best(first)


def _bayes_losses(checkpoint: Checkpoint) -> list[float]:
    """Of each run: mean cross-entropy of what one who knows the graph expects, over the test inputs."""
    task, test = checkpoint.network.task, checkpoint.examples.test
    assert isinstance(task, MarkovInContext)
    found = []
    for tokens, rows, parents in zip(test.inputs, test.targets, checkpoint.examples.extras["parents"], strict=True):
        expected = task.bayes(tokens.cpu().numpy(), parents.cpu().numpy())
        found.append(float(-(rows.double().cpu().numpy() * np.log(expected)).sum(1).mean()))
    return found


GRAPH_RECOVERY = Measure(
    name="graph_recovery",
    label="Recovery of the graph",
    summary="Of the first layer's attention, mean over up to 64 test inputs: attention of a token to its parent in the "
    "graph, mean over tokens that have one; and the share of them that look there most; of the head that is best. "
    "Beside it the test loss of the predictor that knows the graph and counts transitions, and how far above it the "
    "network's is.",
    unit="share; nats",
    source="Nichani, Damian & Lee 2024, arXiv:2402.14735, section 5",
    series=("parent_attention", "edge_recovery", "bayes_loss", "bayes_gap"),
    cost="moderate",
    needs=("attention", "graph"),
    undefined="no token has a parent",
    measure=measure,
)
