"""Files and functions stay small enough to read, and errors are caught where something can be done about them."""

from __future__ import annotations

import ast
from pathlib import Path

FILE_LINES = 300
FUNCTION_LINES = 40
BROAD_EXCEPTS = 2  # the worker's job loop and the server's last handler
BROAD = {"Exception", "BaseException"}

Sources = dict[Path, ast.Module]


def test_files_are_short(sources: Sources) -> None:
    lengths = {str(file): len(file.read_text(encoding="utf-8").splitlines()) for file in sources}
    assert {file: length for file, length in lengths.items() if length > FILE_LINES} == {}


def test_functions_are_short(sources: Sources) -> None:
    long = {
        f"{file}:{node.lineno} {node.name}": length
        for file, tree in sources.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    }
    assert long == {}


def test_every_module_says_what_it_is(sources: Sources) -> None:
    silent = [str(file) for file, tree in sources.items() if tree.body and ast.get_docstring(tree) is None]
    assert silent == []


def test_at_most_two_excepts_catch_everything(sources: Sources) -> None:
    found = [
        f"{file}:{node.lineno}"
        for file, tree in sources.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler | ast.Call) and catches_everything(node)
    ]
    assert len(found) <= BROAD_EXCEPTS, found


def catches_everything(node: ast.AST) -> bool:
    """A bare except, one of Exception, or suppress(Exception); not one that tidies up and raises the same again."""
    if isinstance(node, ast.ExceptHandler):
        last = node.body[-1]
        passed_on = isinstance(last, ast.Raise) and last.exc is None
        return not passed_on and (node.type is None or bool(names_in(node.type) & BROAD))
    if isinstance(node, ast.Call) and names_in(node.func) & {"suppress"}:
        return any(names_in(argument) & BROAD for argument in node.args)
    return False


def names_in(node: ast.AST) -> set[str]:
    return {child.id for child in ast.walk(node) if isinstance(child, ast.Name)}


def test_the_finder_of_broad_excepts_finds_them() -> None:
    program = (
        "try: pass\nexcept (OSError, Exception): pass\nwith suppress(BaseException): pass\ntry: pass\nexcept: pass"
    )
    assert sum(catches_everything(node) for node in ast.walk(ast.parse(program))) == 3
    harmless = "try: pass\nexcept OSError: pass\ntry: pass\nexcept BaseException:\n  tidy()\n  raise"
    assert not any(catches_everything(node) for node in ast.walk(ast.parse(harmless)))
