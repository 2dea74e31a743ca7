"""Run the server: find a free port, tell when it answers, and stop quickly even while pages stay open."""

from __future__ import annotations

import asyncio
import errno
import gc
import socket
from collections.abc import Callable
from contextlib import closing

import uvicorn
from fastapi import FastAPI

from phasescope.core.errors import Conflict
from phasescope.server.context import Context

PORTS_TO_TRY = 50
GRACE_SECONDS = 3
COLLECTED_AT = (50_000, 20, 20)  # new objects, then collections of the generation before


def choose_port(host: str, port: int) -> tuple[int, str | None]:
    """The wanted port, or the next free one and a sentence that says so. Raises Conflict when there is none."""
    for candidate in range(port, min(port + PORTS_TO_TRY, 65535) + 1):
        try:
            with _listening(host, candidate) as found:
                chosen = int(found.getsockname()[1])
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise Conflict(f"PHASESCOPE_HOST: this machine cannot listen on {host}: {error.strerror}.") from error
            continue
        if chosen == port or port == 0:
            return chosen, None
        return chosen, f"Port {port} is in use; using {chosen} instead (PHASESCOPE_PORT sets another)."
    raise Conflict(f"Ports {port} to {port + PORTS_TO_TRY} are all in use; set PHASESCOPE_PORT to a free one.")


def run(
    app: FastAPI, host: str, port: int, on_ready: Callable[[], None], on_stop: Callable[[], None] = lambda: None
) -> None:
    """Serve until a signal comes. `on_ready` is called once it answers, `on_stop` while it still does.

    Raises Conflict when the port is taken.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,  # addresses of shares are secrets
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    try:
        listening = _listening(host, port)
    except OSError as error:
        raise Conflict(f"PHASESCOPE_PORT: port {port} of {host} cannot be used: {error.strerror}.") from error
    context: Context = app.state.context
    with listening, closing(context):
        AnnouncingServer(config, context=context, on_ready=on_ready, on_stop=on_stop).run(sockets=[listening])


class AnnouncingServer(uvicorn.Server):
    """Tells when it answers, and ends the event streams first when it stops: they would never end by themselves."""

    def __init__(
        self, config: uvicorn.Config, *, context: Context, on_ready: Callable[[], None], on_stop: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self.context = context
        self.on_ready, self.on_stop = on_ready, on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        seldom_collect()
        await asyncio.to_thread(self.on_ready)  # the server answers meanwhile

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.context.broker.close()
        await asyncio.to_thread(self.on_stop)  # local workers send their last values meanwhile
        await super().shutdown(sockets)


def seldom_collect() -> None:
    """What was loaded so far stays. An answer about ten thousand runs makes many small things at once, of which none is
    garbage: at Python's usual threshold a third of its time would go into looking for some."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTED_AT)


def _listening(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(2048)
    except OSError:
        made.close()
        raise
    return made
