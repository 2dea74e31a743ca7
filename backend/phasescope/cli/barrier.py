"""`phasescope barrier RUN OTHER`: the loss barrier on the straight line between the weights of two runs.

Give the same run twice with two steps for a barrier between checkpoints. Both runs must have kept `weights`.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from numpy.typing import NDArray

from phasescope.client import Client
from phasescope.core.errors import Missing, NotComparable
from phasescope.core.spec import RunSpec
from phasescope.engine.straight_line import StraightLine, straight_line

POINTS = 25
KEPT = "weights"


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 when a barrier was found, even one of 0; 2 where weights were not kept."""
    parser = argparse.ArgumentParser(prog="phasescope barrier", description=__doc__)
    parser.add_argument("run", type=_whole, help="number of a run")
    parser.add_argument("other", type=_whole, help="number of another run, or of the same")
    parser.add_argument("--step", type=_whole, help="checkpoint of the run (default: the newest that was kept)")
    parser.add_argument("--other-step", type=_whole, help="checkpoint of the other run (default: the newest)")
    parser.add_argument("--points", type=_points, default=POINTS, help=f"points on the line (default: {POINTS})")
    parser.add_argument("--server", default=None, help="address of the server (PHASESCOPE_URL)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    with Client(given.server) as client:
        one, other = _kept(client, given.run, given.step), _kept(client, given.other, given.other_step)
    line = straight_line((one[0], other[0]), (one[2], other[2]), given.points)
    if not all(map(math.isfinite, (*line.train_losses, *line.test_losses))):
        raise NotComparable("A loss on the line is not finite, so there is no barrier to speak of. Choose other steps.")
    ends = {"run": given.run, "step": one[1], "other": given.other, "other_step": other[1]}
    barriers = {"train_barrier": line.train_barrier, "test_barrier": line.test_barrier}
    about = {**ends, **barriers, **asdict(line)}
    sys.stdout.write(f"{json.dumps(about)}\n" if given.json else _words(ends, line))
    return 0


def _kept(client: Client, run: int, step: int | None) -> tuple[RunSpec, int, NDArray[Any]]:
    """The spec of a run, a step at which its weights are kept, and these; raises Missing."""
    spec = client.run(run).spec
    steps = [array.step for array in client.arrays(run) if array.kind.name == KEPT]
    if not steps:
        raise Missing(
            f"No weights of run {run} are kept. Add weights to the measures of its experiment, such as "
            "{name: weights, checkpoints: {log_spaced: 8}}, and train it again."
        )
    if step is not None and step not in steps:
        raise Missing(f"Weights of run {run} are kept at steps {', '.join(map(str, steps))}; {step} is not among them.")
    at = max(steps) if step is None else step
    return spec, at, client.array(run, KEPT, at)


def _words(ends: dict[str, int], line: StraightLine) -> str:
    """What a person reads: both barriers, and the losses along the line."""
    rows = [f"{share:6.3f}  {train:12.6g}  {test:12.6g}" for share, train, test in zip(
        line.shares, line.train_losses, line.test_losses, strict=True)]  # fmt: skip
    head = f"run {ends['run']} at step {ends['step']:,} to run {ends['other']} at step {ends['other_step']:,}"
    found = f"barrier of the training loss {line.train_barrier:.6g}, of the test loss {line.test_barrier:.6g}"
    table = "\n".join([f"{'share':>6}  {'train loss':>12}  {'test loss':>12}", *rows])
    return f"{head}\n{table}\n{found}\n"


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} was given; allowed: 0 or more")
    return number


def _points(text: str) -> int:
    number = int(text)
    if not 3 <= number <= 1001:
        raise argparse.ArgumentTypeError(f"{number} was given; allowed: 3 to 1001")
    return number
