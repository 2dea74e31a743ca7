"""`phasescope COMMAND`: finds the command's module and hands over."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from phasescope import __version__
from phasescope.core.errors import InvalidSpec, Missing, PhasescopeError, suggestion

COMMANDS = {
    "serve": "start the server and one worker per device, and print the address",
    "worker": "train for a server, here or elsewhere",
    "run": "check an experiment file, start it and follow it",
    "recipes": "list the recipes, or start one",
    "verify": "train a recipe and judge its claims",
    "barrier": "find the loss barrier between two runs, or two checkpoints",
    "doctor": "look at this installation and say what is missing",
    "catalogue": "renew the catalogue of tasks, models, optimizers and measures",
    "version": "print the version",
}
REFUSED, FAILED = 2, 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 done, 1 it did not work, 2 the input was refused."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in ("-h", "--help", "help"):
        sys.stdout.write(overview())
        return 0
    if given[0] == "--version":
        given = ["version"]
    name, *rest = given
    if name not in COMMANDS:
        sys.stderr.write(f"There is no command {name!r}.{suggestion(name, COMMANDS)}\n")
        return REFUSED
    module = importlib.import_module("phasescope.worker.main" if name == "worker" else f"phasescope.cli.{name}")
    try:
        return int(module.main(rest))
    except PhasescopeError as error:
        sys.stderr.write(f"{error}\n")
        if "--json" in rest:
            sys.stdout.write(f"{json.dumps({'error': about(error)})}\n")
        return REFUSED if isinstance(error, (InvalidSpec, Missing)) else FAILED
    except KeyboardInterrupt:
        return 130


def about(error: PhasescopeError) -> dict[str, object]:
    """An error for programs."""
    problems = [asdict(problem) for problem in error.problems] if isinstance(error, InvalidSpec) else []
    return {"kind": type(error).__name__, "message": str(error), "problems": problems}


def overview() -> str:
    """What `phasescope --help` prints."""
    lines = [f"  {name:<10} {about}" for name, about in COMMANDS.items()]
    head = f"Phasescope {__version__}: the learning dynamics of neural networks\n\nphasescope COMMAND [--help]\n\n"
    return head + "\n".join(lines) + "\n"
