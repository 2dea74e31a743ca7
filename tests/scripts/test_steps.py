"""What set-up steps share: they remember, wait for each other, and fail with a sentence."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import pytest
import steps


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    monkeypatch.setattr(steps, "CACHE", tmp_path / ".cache")


def test_the_output_of_a_program_comes_back_and_is_logged(tmp_path: Path) -> None:
    assert steps.run([sys.executable, "-c", "print('hello')"], advice="none", folder=tmp_path) == "hello\n"
    assert "hello" in (tmp_path / ".cache/setup.log").read_text()


def test_a_program_that_fails_shows_its_last_lines_and_the_advice(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text("import sys\nprint('many')\nfor n in range(50):\n    print(n, file=sys.stderr)\nsys.exit(3)\n")
    with pytest.raises(steps.Trouble) as caught:
        steps.run([sys.executable, program], advice="Try the other door.", folder=tmp_path)
    assert "    49\nTry the other door." in str(caught.value)
    assert "many" not in str(caught.value)


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(steps.Trouble, match="no-such-program could not be started"):
        steps.run(["no-such-program"], advice="Install it.", folder=tmp_path)


def test_memory_keeps_what_was_said_and_forgets_nothing_else(tmp_path: Path) -> None:
    memory = steps.Memory(tmp_path / "made" / "memory.json")
    assert memory.recall("torch") is None
    memory.keep("torch", {"pin": "torch==1"})
    memory.keep("package", "abc")
    again = steps.Memory(tmp_path / "made" / "memory.json")
    assert (again.recall("torch"), again.recall("package")) == ({"pin": "torch==1"}, "abc")


@pytest.mark.parametrize("content", ["", "not json", "[1]"])
def test_a_damaged_memory_is_an_empty_one(tmp_path: Path, content: str) -> None:
    (tmp_path / "memory.json").write_text(content)
    assert steps.Memory(tmp_path / "memory.json").recall("torch") is None


def test_a_digest_follows_contents_and_names_but_not_dates(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("1")
    second.write_text("2")
    before = steps.digest([first, second])
    first.touch()
    assert steps.digest([second, first]) == before
    first.write_text("3")
    assert steps.digest([first, second]) != before


def test_two_set_ups_in_one_folder_take_turns() -> None:
    order: list[str] = []

    def wait() -> None:
        with steps.locked("setup"):
            order.append("second")

    with steps.locked("setup"):
        other = threading.Thread(target=wait)
        other.start()
        time.sleep(0.2)
        order.append("first")
    other.join(10)
    assert order == ["first", "second"]


def test_a_package_that_is_not_pinned_is_trouble() -> None:
    assert steps.pinned("TORCH").startswith("torch==")
    with pytest.raises(steps.Trouble, match=r"constraints\.txt has no line for nonesuch"):
        steps.pinned("nonesuch")


def test_trouble_is_a_sentence_and_an_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        raise steps.Trouble("Do this.")

    assert steps.exit_code(work) == 1
    assert capsys.readouterr().err == "\nDo this.\n"
    assert steps.exit_code(lambda: None) == 0
