"""`phasescope serve`: the server, one worker per device, and on an empty store the demo."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import webbrowser
from collections.abc import Sequence
from typing import IO

from phasescope.cli.ownership import owned, ready
from phasescope.cli.pool import Pool, devices
from phasescope.server.admission import start_demo
from phasescope.server.app import create_app
from phasescope.server.serve import choose_port, run
from phasescope.server.settings import Settings, read_settings
from phasescope.store import open_store


def main(arguments: Sequence[str]) -> int:
    """Serve until interrupted."""
    given = parser().parse_args(arguments)
    wanted = {name: getattr(given, name) for name in ("home", "host", "port", "database_url")}
    settings = read_settings(**{name: value for name, value in wanted.items() if value is not None})
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    ready(settings.home)
    with owned(settings.home) as lock:
        _serve(given, settings, lock)
    return 0


def _serve(given: argparse.Namespace, settings: Settings, lock: IO[str]) -> None:
    port, note = choose_port(settings.host, settings.port)
    if note:
        sys.stderr.write(f"{note}\n")
    app = create_app(settings, store=open_store(settings.store_url, settings.home))
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = f"http://{host}:{port}"
    names = devices()[: given.workers] if given.workers is not None else devices()
    pool = Pool(url, names, {"PHASESCOPE_HOME": str(settings.home)})

    def announce() -> None:
        lock.write(url)
        lock.flush()
        demo = None if given.no_demo else start_demo(app.state.context)
        pool.start()
        _announce(given, settings, url, demo.id if demo else None, len(names))

    def stop() -> None:
        sys.stderr.write("Stopping: the workers put what they have on disk.\n")
        pool.close()

    try:
        run(app, settings.host, port, on_ready=announce, on_stop=stop)
    finally:
        pool.close()


def _announce(given: argparse.Namespace, settings: Settings, url: str, demo: int | None, workers: int) -> None:
    if given.json:
        about = {"address": url, "home": str(settings.home), "demo": demo, "workers": workers}
        sys.stdout.write(f"{json.dumps(about)}\n")
    else:
        started = f"The demo has started: {url}/experiments/{demo}\n" if demo else ""
        kept = f"Data: {settings.home}. Stop with Ctrl-C; nothing is lost.\n"
        sys.stdout.write(f"\nPhasescope is at {url}\n{started}{kept}")
    sys.stdout.flush()
    if not given.no_browser and _has_screen():
        webbrowser.open(url)


def _has_screen() -> bool:
    """A desktop to open a page on; over SSH and in containers there is none."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def count(text: str) -> int:
    """A whole number from 0."""
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{number} was given; allowed: 0 or more")
    return number


def parser() -> argparse.ArgumentParser:
    """The options; each has an environment variable too."""
    made = argparse.ArgumentParser(prog="phasescope serve", description=__doc__)
    made.add_argument("--home", help="data folder (PHASESCOPE_HOME; default ~/.phasescope)")
    made.add_argument("--host", help="address to listen on (PHASESCOPE_HOST; default 127.0.0.1)")
    made.add_argument("--port", type=int, help="port (PHASESCOPE_PORT; default 8787, the next free one when taken)")
    made.add_argument("--database-url", help="SQLite or PostgreSQL (PHASESCOPE_DATABASE_URL; default: a file)")
    made.add_argument("--workers", type=count, help="at most so many local workers (default: one per device; 0: none)")
    made.add_argument("--no-demo", action="store_true", help="do not start the demo on an empty store")
    made.add_argument("--no-browser", action="store_true", help="do not open a browser")
    made.add_argument("--json", action="store_true", help="print one JSON object when ready")
    return made
