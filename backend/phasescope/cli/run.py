"""`phasescope run SPEC`: check an experiment file, start it on the running server and follow it to its end."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from phasescope.cli.spec_file import read_spec
from phasescope.client import Client
from phasescope.core.records import Experiment

POLL_SECONDS = 1.0
TRIAL_SECONDS = 30.0
MOST_REASONS = 3
OVER = ("finished", "failed", "cancelled")


def main(arguments: Sequence[str]) -> int:
    """Exit code 0 when all runs ended well, 1 when some failed, 2 when the file was refused."""
    parser = argparse.ArgumentParser(prog="phasescope run", description=__doc__)
    parser.add_argument("spec", type=Path, help="experiment file, YAML or JSON")
    parser.add_argument("--server", default=None, help="address of the server (PHASESCOPE_URL)")
    parser.add_argument("--check", action="store_true", help="only check it and say what it would cost")
    parser.add_argument("--no-wait", action="store_true", help="start it and return at once")
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")
    given = parser.parse_args(arguments)
    spec = read_spec(given.spec)
    with Client(given.server) as client:
        if given.check:
            cost = _cost(client, spec)
            _say(given.json, cost, _cost_words(cost))
            return 1 if cost["refusal"] else 0
        experiment = client.create_experiment(spec)
        address = f"{client.url}/experiments/{experiment.id}"
        if not given.json:
            sys.stdout.write(f"{experiment.name}: {experiment.progress.runs:,} runs\n{address}\n")
        if not given.no_wait:
            experiment = _follow(client, experiment, quiet=given.json)
        for reason in _reasons(client, experiment):
            sys.stderr.write(f"{reason}\n")
    about = {
        "experiment": experiment.id,
        "state": experiment.state,
        "address": address,
        "by_state": experiment.progress.by_state,
    }
    _say(given.json, about, f"{experiment.state}: {_states(experiment)}")
    return 1 if experiment.state in ("failed", "cancelled") else 0


def _reasons(client: Client, experiment: Experiment) -> list[str]:
    """Why runs failed, each reason once: the last line of what a worker said."""
    if experiment.state != "failed":
        return []
    said = [run.message for run in client.runs(experiment.id) if run.state == "failed" and run.message]
    return list(dict.fromkeys(message.strip().splitlines()[-1] for message in said))[:MOST_REASONS]


def _cost(client: Client, spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """What it would cost; a worker, where there is one, has a while to try it."""
    deadline = time.monotonic() + TRIAL_SECONDS
    while True:
        cost = client.check_experiment(spec)
        if cost["seconds"] is not None or cost["refusal"] or not cost["workers"] or time.monotonic() > deadline:
            return cost
        time.sleep(POLL_SECONDS / 2)


def _cost_words(cost: Mapping[str, Any]) -> str:
    counted = f"{cost['runs']:,} runs, {cost['run_steps']:,} run-steps"
    if cost["refusal"]:
        return f"{counted}; a worker tried it and cannot train it: {cost['refusal']}"
    if cost["seconds"] is None:
        why = "no worker is there to try it" if not cost["workers"] else "the workers have not tried it yet"
        return f"{counted}; how long it takes is not known: {why}."
    seconds = cost["seconds"]
    length = (
        f"{seconds:.0f} s"
        if seconds < 120
        else f"{seconds / 60:.0f} min"
        if seconds < 7200
        else f"{seconds / 3600:.1f} h"
    )
    return (
        f"{counted}; about {length} on {cost['workers']} worker{'s' if cost['workers'] > 1 else ''}, "
        f"{cost['memory_bytes'] / 1e6:,.0f} MB of memory each, {_stored(cost)}."
    )


def _stored(cost: Mapping[str, Any]) -> str:
    values = f"{(cost['stored_bytes'] - cost['array_bytes']) / 1e6:,.1f} MB of values"
    return f"{values} and {cost['array_bytes'] / 1e6:,.1f} MB of arrays" if cost["array_bytes"] else values


def _follow(client: Client, experiment: Experiment, *, quiet: bool) -> Experiment:
    """Poll until it is over; one line of progress that rewrites itself."""
    while experiment.state not in OVER:
        time.sleep(POLL_SECONDS)
        experiment = client.experiment(experiment.id)
        progress = experiment.progress
        if not quiet and sys.stdout.isatty():
            share = progress.run_steps_done / max(1, progress.run_steps_total)
            left = "" if progress.seconds_left is None else f", {progress.seconds_left:.0f} s left"
            sys.stdout.write(f"\r{share:6.1%} of {progress.runs:,} runs{left}   ")
            sys.stdout.flush()
    if not quiet and sys.stdout.isatty():
        sys.stdout.write("\n")
    return experiment


def _states(experiment: Experiment) -> str:
    return ", ".join(f"{count:,} {state}" for state, count in experiment.progress.by_state.items() if count)


def _say(as_json: bool, about: Mapping[str, object], text: str) -> None:
    sys.stdout.write(f"{json.dumps(about)}\n" if as_json else f"{text}\n")
