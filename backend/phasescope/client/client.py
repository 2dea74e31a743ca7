"""A Phasescope server from Python: state an experiment, start a recipe, follow it, read its series."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from phasescope.core.corrections import Correction, FoundEvents
from phasescope.core.errors import InvalidSpec, Problem, Unreachable
from phasescope.core.recipe import Verification
from phasescope.core.records import Experiment, ExperimentSummary, Run, RunDetail, SeriesValues, StoredArray
from phasescope.core.refusals import bad_address, refusal

DEFAULT_URL = "http://127.0.0.1:8787"


class Client:
    """One server. Raises Unreachable when none answers, and what the server refuses a request with."""

    def __init__(self, url: str | None = None, token: str | None = None) -> None:
        self.url = (url or os.environ.get("PHASESCOPE_URL") or DEFAULT_URL).rstrip("/")
        token = token or os.environ.get("PHASESCOPE_TOKEN")
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(base_url=self.url, headers=headers, timeout=60.0)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def create_experiment(self, experiment: Mapping[str, Any]) -> Experiment:
        """Queue the runs of an experiment; raises InvalidSpec with one sentence per problem."""
        return Experiment.model_validate_json(self._send("POST", "/api/experiments", experiment))

    def check_experiment(self, experiment: Mapping[str, Any]) -> dict[str, Any]:
        """What it would cost; `seconds` is None until a worker has tried it. Raises InvalidSpec."""
        return TypeAdapter(dict[str, Any]).validate_json(self._send("POST", "/api/experiments/check", experiment))

    def experiment(self, number: int) -> Experiment:
        """One experiment with its progress."""
        return Experiment.model_validate_json(self._send("GET", f"/api/experiments/{number}"))

    def experiments(self) -> list[ExperimentSummary]:
        """The newest experiments."""
        return TypeAdapter(list[ExperimentSummary]).validate_json(self._send("GET", "/api/experiments"))

    def runs(self, experiment: int) -> list[Run]:
        """The runs of an experiment, in grid order."""
        return TypeAdapter(list[Run]).validate_json(self._send("GET", f"/api/experiments/{experiment}/runs"))

    def run(self, number: int) -> RunDetail:
        """One run with its frozen spec."""
        return RunDetail.model_validate_json(self._send("GET", f"/api/runs/{number}"))

    def arrays(self, run: int) -> list[StoredArray]:
        """What arrays are kept of a run, by name and step."""
        return TypeAdapter(list[StoredArray]).validate_json(self._send("GET", f"/api/runs/{run}/arrays"))

    def array(self, run: int, name: str, step: int) -> NDArray[Any]:
        """One kept array, such as `representations.hidden_1` or `weights`."""
        data = self._send("GET", f"/api/runs/{run}/arrays/{name}/{step}")
        values: NDArray[Any] = np.load(io.BytesIO(data), allow_pickle=False)
        return values

    def series(self, run: int, name: str) -> SeriesValues:
        """One series of one run."""
        return SeriesValues.model_validate_json(self._send("GET", f"/api/runs/{run}/series/{name}"))

    def drawing(self, experiment: int, figure: str, **view: Any) -> dict[str, Any]:
        """A figure as Plotly's JSON, as the page gets it; `view` are the fields of a view, such as colour or runs.

        `phasescope.client.notebook` makes a Plotly figure of it. Raises Missing, and InvalidSpec for what is not there.
        """
        asked = {name: value for name, value in view.items() if value is not None}
        path = f"/api/experiments/{experiment}/figures/{figure}"
        drawn: dict[str, Any] = json.loads(self._send("GET", path, asked=asked))
        return drawn

    def events(self, run: int, series: str) -> FoundEvents:
        """Plateaus, drops and spikes of one series of one run, with what was corrected by hand."""
        return FoundEvents.model_validate_json(self._send("GET", f"/api/runs/{run}/series/{series}/events"))

    def correct_events(self, run: int, series: str, correction: Correction | None) -> FoundEvents:
        """Put a correction in the place of what was found; none takes it back."""
        path = f"/api/runs/{run}/series/{series}/events"
        if correction is None:
            return FoundEvents.model_validate_json(self._send("DELETE", path))
        return FoundEvents.model_validate_json(self._send("PUT", path, correction.model_dump(mode="json")))

    def start_recipe(
        self, name: str, size: str = "small", *, companion: str | None = None, seeds: int | None = None
    ) -> Experiment:
        """Start one size of a recipe, or a companion of it."""
        choice = {"size": size, "companion": companion, "seeds": seeds}
        return Experiment.model_validate_json(self._send("POST", f"/api/recipes/{name}/experiments", choice))

    def verify_recipe(
        self, name: str, size: str, experiments: Mapping[str, int], *, machine: str, processor_seconds: float | None
    ) -> Verification:
        """Have the claims of a recipe judged by experiments that have ended (`main` and its companions)."""
        request: dict[str, Any] = {"size": size, "experiments": dict(experiments), "machine": machine}
        request["processor_seconds"] = processor_seconds
        return Verification.model_validate_json(self._send("POST", f"/api/recipes/{name}/verifications", request))

    def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, asked: Mapping[str, Any] | None = None
    ) -> bytes:
        try:
            response = self._http.request(method, path, json=body, params=asked)
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise InvalidSpec([Problem("url", bad_address(self.url))]) from error
        except httpx.TransportError as error:
            raise Unreachable(
                f"No server answers at {self.url} ({error}). Start one with `phasescope serve`, "
                "or set PHASESCOPE_URL to where it is."
            ) from error
        if not response.is_success:
            raise refusal(response.status_code, response.content)
        return response.content
