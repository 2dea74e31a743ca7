"""The server as a worker sees it: eight calls over HTTP, each safe to repeat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import httpx

from phasescope.core.errors import InvalidSpec, Problem, Unreachable
from phasescope.core.record import Record
from phasescope.core.refusals import bad_address, refusal
from phasescope.core.wire import (
    Acknowledged,
    Heartbeat,
    HeartbeatAnswer,
    Lease,
    LeaseRequest,
    Registered,
    Registration,
    Trial,
    TrialResult,
)

Answer = TypeVar("Answer", bound=Record)


class Server:
    """One server at `url`; raises Unreachable when it does not answer (or answers that it cannot now)."""

    def __init__(self, url: str, token: str | None = None) -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self.url = url.rstrip("/")
        self._http = httpx.Client(base_url=self.url, headers=headers, timeout=60.0)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def register(self, registration: Registration) -> Registered:
        """Introduce this worker."""
        return self._post("/api/worker/register", registration, Registered)

    def lease(self, request: LeaseRequest) -> Lease | None:
        """A shard to train, or None when there is nothing to do."""
        response = self.send("POST", "/api/worker/lease", content=request.model_dump_json().encode())
        return None if response.status_code == httpx.codes.NO_CONTENT else Lease.model_validate_json(response.content)

    def trial(self) -> Trial | None:
        """What somebody wants to know, or None when nobody asks."""
        response = self.send("POST", "/api/worker/trial")
        return None if response.status_code == httpx.codes.NO_CONTENT else Trial.model_validate_json(response.content)

    def tried(self, result: TrialResult) -> None:
        """The answer to a trial."""
        self._post("/api/worker/trials", result, Acknowledged)

    def heartbeat(self, beat: Heartbeat) -> HeartbeatAnswer:
        """Say that this worker lives; raises StaleAttempt when the shard is another's now."""
        return self._post("/api/worker/heartbeat", beat, HeartbeatAnswer)

    def snapshot(self, *, shard: int, worker: int, attempt: int) -> bytes:
        """The newest snapshot of a leased shard."""
        parameters = {"worker": str(worker), "attempt": str(attempt)}
        return self.send("GET", f"/api/worker/shards/{shard}/snapshot", parameters=parameters).content

    def send(
        self, method: str, path: str, *, parameters: Mapping[str, str] | None = None, content: bytes | None = None
    ) -> httpx.Response:
        """One request; raises Unreachable, StaleAttempt or what else the server refused it with."""
        kind = "application/json" if method == "POST" else "application/octet-stream"
        try:
            response = self._http.request(
                method, path, params=parameters, content=content, headers={"content-type": kind}
            )
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise InvalidSpec([Problem("url", bad_address(self.url))]) from error
        except httpx.TransportError as error:
            raise Unreachable(f"No server answers at {self.url} ({error}).") from error
        if response.is_success:
            return response
        raise refusal(response.status_code, response.content)

    def _post(self, path: str, body: Record, answer: type[Answer]) -> Answer:
        return answer.model_validate_json(self.send("POST", path, content=body.model_dump_json().encode()).content)
