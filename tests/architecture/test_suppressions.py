"""Each suppression of a checker names its rule, and their number only falls: lower a ceiling when you remove one."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

CEILINGS = {"type: ignore": 0, "noqa": 2, "@ts-": 0, "eslint-disable": 1, "pragma: no cover": 0}
CODE = {".ts", ".tsx", ".js"}
NAMED = {
    "type: ignore": re.compile(r"type: ignore\[[a-z, -]+\]\s+#\s*\S"),
    "noqa": re.compile(r"noqa: [A-Z]+\d+(, ?[A-Z]+\d+)*\s+#?\s*\S"),
}


def comments(file: Path) -> Iterator[str]:
    """The comments of a Python file; whole lines of a TypeScript file."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        yield from text.splitlines()
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string


def suppressions(files: list[Path], root: Path) -> dict[str, list[str]]:
    """Every suppression, by its kind."""
    found: dict[str, list[str]] = {kind: [] for kind in CEILINGS}
    for file in files:
        if file.suffix not in {".py", *CODE} or file.name == "schema.d.ts":
            continue
        for comment in comments(file):
            for kind in CEILINGS:
                if kind in comment:
                    found[kind].append(f"{file.relative_to(root)}: {comment.strip()}")
    return found


def test_suppressions_do_not_grow(kept_files: list[Path], root: Path) -> None:
    found = suppressions(kept_files, root)
    assert {kind: places for kind, places in found.items() if len(places) > CEILINGS[kind]} == {}


def test_suppressions_name_their_rule_and_their_reason(kept_files: list[Path], root: Path) -> None:
    found = suppressions(kept_files, root)
    unnamed = [place for kind, pattern in NAMED.items() for place in found[kind] if not pattern.search(place)]
    assert unnamed == []


def test_suppressions_are_found(tmp_path: Path) -> None:
    file = tmp_path / "example.py"
    file.write_text('a = "# type: ignore"  # noqa\nb = 1  # type: ignore\n')
    assert {kind: len(places) for kind, places in suppressions([file], tmp_path).items() if places} == {
        "noqa": 1,
        "type: ignore": 1,
    }
