"""The documentation is true: its commands, links and variables exist, and its examples run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from phasescope.cli.recipes_page import page_of_recipes
from phasescope.cli.reference_page import page_of_measures
from phasescope.core.catalogue import kept_catalogue
from phasescope.core.door import admit, admitted_cells
from phasescope.engine.train import train
from phasescope.measures.measure import Measure
from phasescope.recipes import RECIPES
from phasescope.server.settings import Settings

Pages = dict[Path, str]
PHASESCOPE = Path(sys.executable).with_name("phasescope")
TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"```.*?```", re.DOTALL)
VARIABLE = re.compile(r"PHASESCOPE_[A-Z_]+")
YAML = r"```yaml\n(.*?)```"
DOCUMENTED_COMMANDS = {"barrier", "serve", "worker", "run", "recipes", "verify", "catalogue", "doctor", "version"}


def found_in(code: Iterable[str], pattern: str) -> set[str]:
    return {found for text in code for found in re.findall(pattern, text)}


def targets(root: Path) -> set[str]:
    return set(TARGET.findall((root / "Makefile").read_text(encoding="utf-8")))


def test_every_make_command_named_exists(code: Pages, root: Path) -> None:
    named = found_in(code.values(), r"\bmake ([a-z][a-z-]*)")
    assert {"run", "test", "check"} <= named
    assert named - targets(root) == set()


def test_every_make_command_is_in_the_readme_and_in_make_help(pages: Pages, root: Path) -> None:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    explained = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)) - {"help"}
    shown = subprocess.run(["make", "help"], cwd=root, check=True, capture_output=True, text=True).stdout
    assert {name for name in explained if f"make {name}" not in pages[root / "README.md"]} == set()
    assert {name for name in explained if not re.search(rf"^  {name} ", shown, re.MULTILINE)} == set()


def test_the_commands_named_are_the_documented_ones(code: Pages) -> None:
    assert found_in(code.values(), r"(?:^|\s|bin/)phasescope ([a-z]+)") == DOCUMENTED_COMMANDS


@pytest.mark.parametrize("command", sorted(DOCUMENTED_COMMANDS))
def test_every_command_named_exists_and_explains_itself(command: str) -> None:
    ended = subprocess.run([PHASESCOPE, command, "--help"], check=False, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    assert f"phasescope {command}" in ended.stdout


def anchors(text: str) -> set[str]:
    """The names that headings get: lower case, spaces as hyphens, no punctuation."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def test_every_relative_link_resolves(pages: Pages) -> None:
    broken = []
    for page, text in pages.items():
        for link in LINK.findall(FENCED.sub("", text)):
            if re.match(r"[a-z]+:", link):
                continue
            name, _, anchor = link.partition("#")
            target = (page.parent / name).resolve() if name else page
            if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
                broken.append(f"{page}: {link}")
    assert broken == []


def test_every_decision_is_in_the_index(root: Path) -> None:
    folder = root / "docs/decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    decisions = sorted(file.name for file in folder.glob("0*.md"))
    assert re.findall(r"\((0\d{3}-[a-z-]+\.md)\)", index) == decisions
    for name in decisions:
        headings = re.findall(r"^## (.+)$", (folder / name).read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences", "Alternatives"], name


def test_every_variable_read_is_documented_and_every_one_documented_is_read(pages: Pages, root: Path) -> None:
    sources = [*(root / "backend").rglob("*.py"), *(root / "scripts").rglob("*.py")]
    read = {name for file in sources for name in VARIABLE.findall(file.read_text(encoding="utf-8"))}
    read |= {f"PHASESCOPE_{field.upper()}" for field in Settings.model_fields}
    read -= {"PHASESCOPE_"}
    table = set(re.findall(r"^\| `(PHASESCOPE_[A-Z_]+)`", pages[root / "README.md"], re.MULTILINE))
    assert table == read
    assert {name for text in pages.values() for name in VARIABLE.findall(text)} == table


def test_every_file_that_is_named_exists(code: Pages, root: Path) -> None:
    named = found_in(
        code.values(), r"(?<![\w./-])((?:backend|tests|scripts|frontend|docs|core|benchmarks)/[\w./-]*\.\w+)"
    )
    to_be_written = {"backend/phasescope/measures/small_weights.py"}
    places = (root, root / "backend/phasescope")
    assert {name for name in named - to_be_written if not any((place / name).exists() for place in places)} == set()


def test_the_experiments_in_the_documentation_are_admitted(pages: Pages, root: Path) -> None:
    experiments = [yaml.safe_load(block) for text in pages.values() for block in re.findall(YAML, text, re.DOTALL)]
    (whole,) = (yaml.safe_load(block) for block in re.findall(YAML, pages[root / "docs/tutorial.md"], re.DOTALL))
    for experiment in experiments:  # a few lines of one, shown by themselves, are laid over that of the tutorial
        given = experiment if "task" in experiment else {**whole, **experiment}
        assert admit(given, kept_catalogue()).count() > 1


def test_the_measure_in_the_readme_works(pages: Pages, root: Path) -> None:
    marked = r"<!-- measure:start -->.*?```python\n(.*?)```.*?<!-- measure:end -->"
    (block,) = re.findall(marked, pages[root / "README.md"], re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(block, "README.md", "exec"), names)
    example = names["SMALL_WEIGHTS"]
    assert isinstance(example, Measure)
    (experiment,) = (yaml.safe_load(block) for block in re.findall(YAML, pages[root / "docs/tutorial.md"], re.DOTALL))
    cells = list(admitted_cells(admit(experiment, kept_catalogue()), kept_catalogue()))[:2]
    checkpoint = next(train({number: cell.spec for number, cell in enumerate(cells)}, (0, 1)))
    values = example.measure(checkpoint)
    assert set(values) == set(example.series)
    low, high = example.range
    assert low is not None
    assert high is not None
    for share in values["small_weights"]:
        assert low < float(share) < high


def test_the_page_of_measures_is_made_from_the_catalogue(root: Path) -> None:
    text = (root / "docs/reference/measures.md").read_text(encoding="utf-8")
    assert text == page_of_measures(kept_catalogue())
    for entry in kept_catalogue().entries:
        if entry.kind == "measure":
            assert f"## {entry.name}\n" in text
            assert all(f"`{series}`" in text for series in entry.series)


def test_the_gallery_is_made_from_the_recipes(root: Path) -> None:
    text = (root / "docs/recipes.md").read_text(encoding="utf-8")
    assert text == page_of_recipes()
    assert all(f"## {recipe.title}\n" in text for recipe in RECIPES.values())


def test_the_page_of_claims_names_every_recipe(root: Path) -> None:
    text = (root / "docs/claims.md").read_text(encoding="utf-8")
    assert all(f"`{recipe.name}`" in text for recipe in RECIPES.values())


def test_every_word_that_is_offered_is_explained_and_no_other(root: Path) -> None:
    page = (root / "docs/how-to/add-a-thing.md").read_text(encoding="utf-8")
    table = page.partition("## What measures may ask for")[2].partition("\n## ")[0]
    explained = set(re.findall(r"^\| `(\w+)` \| (task|model) \|", table, re.MULTILINE))
    entries = [entry for entry in kept_catalogue().entries if entry.kind in ("task", "model")]
    assert explained == {(word, entry.kind) for entry in entries for word in entry.offers}


def test_make_works_from_another_folder(root: Path, tmp_path: Path) -> None:
    command = ["make", "--no-print-directory", "-C", str(root)]
    ended = subprocess.run(command, cwd=tmp_path, env=dict(os.environ), check=True, capture_output=True, text=True)
    assert "run " in ended.stdout
