"""The Python client against a real server."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from phasescope.cli.main import main
from phasescope.client import Client
from phasescope.core.errors import InvalidSpec, Missing, Unreachable

SPEC = {
    "name": "from a script",
    "task": {"name": "toy_addition", "symbols": 5, "train_examples": 10},
    "model": {"name": "embedding_decoder", "width": 4},
    "optimizer": {"name": "adamw"},
    "steps": 20,
    "measures": ["loss", {"name": "weights", "checkpoints": {"at": [5]}}],
    "axes": [{"path": "optimizer.learning_rate", "values": [0.001, 0.01]}],
}


def test_state_follow_and_read_an_experiment(serve: Callable[..., Any], capsys: pytest.CaptureFixture[str]) -> None:
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
        kept = [(array.kind.name, array.step) for array in client.arrays(runs[0].id)]
        assert kept[0] == ("weights", 0)
        assert kept[-1] == ("weights", 20)
        ends = [client.array(run.id, "weights", 20) for run in runs]
        assert ends[0].dtype == np.float32
        assert ends[0].shape == ends[1].shape
        arguments = [str(runs[0].id), str(runs[1].id), "--server", served.address, "--points", "5"]
        assert main(["barrier", *arguments, "--json"]) == 0
        line = json.loads(capsys.readouterr().out)
        final = [client.series(run.id, "train_loss").values[-1] for run in runs]
        assert [line["train_losses"][0], line["train_losses"][-1]] == pytest.approx(final, rel=1e-5)
        assert line["train_barrier"] >= 0
        assert main(["barrier", *arguments, "--other-step", "0"]) == 0
        assert f"to run {runs[1].id} at step 0" in capsys.readouterr().out
        assert main(["barrier", *arguments, "--step", "3"]) == 2
        assert "3 is not among them" in capsys.readouterr().err
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
