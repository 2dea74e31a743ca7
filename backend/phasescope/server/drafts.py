"""Drafts of experiments from stored runs: what the page puts into its form before anything is started."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from phasescope.core.drafts import MOST_RUNS, Origin
from phasescope.core.errors import InvalidSpec, NotFound, Problem
from phasescope.core.spec import ExperimentSpec
from phasescope.store import experiments, runs


def origins(session: Session, experiment: int, numbers: Sequence[int]) -> tuple[ExperimentSpec, list[Origin]]:
    """An experiment's spec and those of its runs that were asked for; raises NotFound, InvalidSpec for too many."""
    if len(numbers) > MOST_RUNS:
        sentence = f"runs: {len(numbers)} were given; allowed: at most {MOST_RUNS}. Select fewer cells."
        raise InvalidSpec([Problem("runs", sentence)])
    spec = experiments.get(session, experiment).spec
    points = {run.id: run.point for run in runs.of_experiment(session, experiment)}
    for number in numbers:
        if number not in points:
            raise NotFound(f"run of experiment {experiment}:", number)
    return spec, [Origin(number, runs.get(session, number).spec, points[number]) for number in dict.fromkeys(numbers)]


def obeys(steps: int, *, begin: int, end: int) -> None:
    """Raises InvalidSpec unless begin < end lie within a run of so many steps."""
    if not begin < end <= steps:
        sentence = f"begin and end: {begin} and {end} were given; allowed: 0 ≤ begin < end ≤ {steps}."
        raise InvalidSpec([Problem("begin", sentence)])
