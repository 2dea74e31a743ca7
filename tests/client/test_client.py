"""The Python client against a real server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from phasescope.client import Client
from phasescope.core.errors import InvalidSpec, Missing, Unreachable

SPEC = {
    "name": "from a script",
    "task": {"name": "toy_addition", "symbols": 5, "train_examples": 10},
    "model": {"name": "embedding_decoder", "width": 4},
    "optimizer": {"name": "adamw"},
    "steps": 20,
    "axes": [{"path": "optimizer.learning_rate", "values": [0.001, 0.01]}],
}


def test_state_follow_and_read_an_experiment(serve: Callable[..., Any]) -> None:
    served = serve("--workers", "0", "--no-demo")
    with Client(served.address) as client:
        assert client.check_experiment(SPEC)["runs"] == 2
        assert client.experiments() == []
        made = client.create_experiment(SPEC)
        served.worker()
        served.wait(made.id, lambda answer: answer["state"] == "finished")
        assert client.experiment(made.id).state == "finished"
        runs = client.runs(made.id)
        assert [run.point for run in runs] == [{"optimizer.learning_rate": rate} for rate in (0.001, 0.01)]
        series = client.series(runs[0].id, "train_loss")
        assert series.steps == made.steps
        assert client.start_recipe("effective_theory").progress.runs == 256
        assert [listed.recipe for listed in client.experiments()] == ["effective_theory", None]


def test_what_the_server_refuses_arrives_as_the_error_it_is(serve: Callable[..., Any]) -> None:
    served = serve("--workers", "0", "--no-demo")
    with Client(served.address) as client:
        with pytest.raises(InvalidSpec, match="stepz"):
            client.create_experiment({**SPEC, "stepz": 1})
        with pytest.raises(Missing, match="experiment 99"):
            client.experiment(99)
        with pytest.raises(Missing, match="recipe 'none'"):
            client.start_recipe("none")


def test_no_server_and_no_address() -> None:
    with Client("http://127.0.0.1:9") as client, pytest.raises(Unreachable, match="phasescope serve"):
        client.experiments()
    with Client("garbage") as client, pytest.raises(InvalidSpec, match="garbage"):
        client.experiments()
