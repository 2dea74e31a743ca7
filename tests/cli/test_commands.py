"""The command line as a person or a program meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from phasescope.cli.main import COMMANDS
from phasescope.cli.spec_file import read_spec
from phasescope.core.errors import InvalidSpec

COMMAND = [sys.executable, "-m", "phasescope.cli"]


def phasescope(*arguments: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    nowhere = {"PHASESCOPE_HOME": str(home), "PHASESCOPE_URL": "http://127.0.0.1:9"}
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, **nowhere, **environment},
    )  # fmt: skip


def test_help_lists_every_command_and_each_has_help(tmp_path: Path) -> None:
    overview = phasescope("--help", home=tmp_path)
    assert overview.returncode == 0
    for command in COMMANDS:
        assert command in overview.stdout
        own = phasescope(command, "--help", home=tmp_path)
        assert own.returncode == 0
        assert f"phasescope {command}" in own.stdout


def test_a_misspelt_command_names_the_right_one(tmp_path: Path) -> None:
    answer = phasescope("serv", home=tmp_path)
    assert answer.returncode == 2
    assert "Did you mean 'serve'?" in answer.stderr


def test_version_and_recipes_for_programs(tmp_path: Path) -> None:
    version = phasescope("version", "--json", home=tmp_path)
    assert json.loads(version.stdout)["version"]
    listed = json.loads(phasescope("recipes", "--json", home=tmp_path).stdout)["recipes"]
    assert {size["name"] for size in listed[0]["sizes"]} >= {"small", "paper"}


def test_run_without_a_server_says_how_to_start_one(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text("name: a\n")
    answer = phasescope("run", str(spec), home=tmp_path)
    assert answer.returncode == 1
    assert "phasescope serve" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_an_unreadable_store_is_named_and_left_alone(tmp_path: Path) -> None:
    store = tmp_path / "phasescope.sqlite"
    store.write_bytes(b"this is no database" * 100)
    answer = phasescope("serve", "--no-browser", "--workers", "0", home=tmp_path)
    assert answer.returncode == 1
    assert str(store) in answer.stderr
    assert "Traceback" not in answer.stderr
    assert store.read_bytes() == b"this is no database" * 100


def test_a_host_that_others_can_reach_is_refused(tmp_path: Path) -> None:
    answer = phasescope("serve", "--host", "0.0.0.0", home=tmp_path)
    assert answer.returncode == 2
    assert "127.0.0.1" in answer.stderr


def test_doctor_looks_at_everything(tmp_path: Path) -> None:
    answer = json.loads(phasescope("doctor", "--json", home=tmp_path).stdout)
    assert {finding["what"] for finding in answer["findings"]} >= {
        "python",
        "torch",
        "devices",
        "page",
        "port",
        "store",
    }


def test_yaml_reads_numbers_as_people_write_them(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text("a: 1e-3\nb: -2.5E+4\nc: 1.0e-3\nd: 12\ne: 1e\n")
    assert read_spec(spec) == {"a": 0.001, "b": -25000.0, "c": 0.001, "d": 12, "e": "1e"}


@pytest.mark.parametrize("text", ["a: [1", "just words", "- 1\n- 2", "!!python/object/apply:os.system ['true']"])
def test_what_is_not_an_experiment_file_is_said(tmp_path: Path, text: str) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(text)
    with pytest.raises(InvalidSpec, match=r"spec\.yaml"):
        read_spec(spec)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    answer = phasescope("run", str(tmp_path / "none.yaml"), home=tmp_path)
    assert answer.returncode == 2
    assert "none.yaml" in answer.stderr


@pytest.mark.parametrize("text", ["optimizer: {weight_decay: .nan}", "axes:\n- {linear: [0, .inf, 3]}"])
def test_what_is_not_finite_is_refused_by_its_path(tmp_path: Path, text: str) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(text)
    with pytest.raises(InvalidSpec, match=r"(optimizer\.weight_decay|axes\.0\.linear\.1): (nan|inf) was given"):
        read_spec(spec)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("recipes", "--start", "nope"), 2, "effective_theory"),
        (("serve", "--workers", "-1"), 2, "0 or more"),
        (("serve", "--home", "/proc/nowhere"), 2, "PHASESCOPE_HOME"),
        (("worker", "--threads", "0"), 2, "1 or more"),
        (("worker", "--device", "cuda:99"), 2, "cuda:99"),
        (("worker", "--home", "/proc/nowhere"), 2, "PHASESCOPE_HOME"),
        (("worker", "--server", "nonsense"), 2, "nonsense"),
        (("recipes", "--start", "effective_theory", "--server", "nonsense"), 2, "nonsense"),
    ],
)
def test_bad_input_gets_a_sentence_and_no_traceback(
    tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    answer = phasescope(*arguments, home=tmp_path)
    assert "Traceback" not in answer.stderr
    assert words in answer.stderr
    assert answer.returncode == code


def test_a_program_can_read_what_was_refused(tmp_path: Path) -> None:
    answer = phasescope("recipes", "--start", "nope", "--json", home=tmp_path)
    assert "nope" in json.loads(answer.stdout)["error"]["message"]


def test_a_data_folder_has_one_server(tmp_path: Path, serve: Callable[..., Any]) -> None:
    served = serve("--workers", "0", "--no-demo", home=tmp_path)
    second = phasescope("serve", "--workers", "0", "--no-browser", home=tmp_path)
    assert second.returncode == 1
    assert served.address in second.stderr
