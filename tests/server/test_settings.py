"""Settings come from the environment; an address that others could reach is refused with a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from phasescope.core.errors import InvalidSpec
from phasescope.server.settings import is_loopback, read_settings


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "HOST", "PORT", "DATABASE_URL", "PAGE"):
        monkeypatch.delenv(f"PHASESCOPE_{name}", raising=False)


def test_without_an_environment_the_server_is_for_this_machine_and_keeps_a_file() -> None:
    settings = read_settings()
    assert (settings.host, settings.port) == ("127.0.0.1", 8787)
    assert settings.home == Path.home() / ".phasescope"
    assert settings.store_url == f"sqlite:///{Path.home()}/.phasescope/phasescope.sqlite"


def test_the_environment_is_read_and_what_is_given_goes_before_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PHASESCOPE_HOME", str(tmp_path))
    monkeypatch.setenv("PHASESCOPE_PORT", "9000")
    monkeypatch.setenv("PHASESCOPE_DATABASE_URL", "postgresql://127.0.0.1/phasescope")
    settings = read_settings(port=9001)
    assert (settings.home, settings.port) == (tmp_path, 9001)
    assert settings.store_url == "postgresql://127.0.0.1/phasescope"


def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHASESCOPE_PORT", "")
    assert read_settings().port == 8787


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "::", "example.org", ""])
def test_an_address_that_others_reach_is_refused_with_a_way_out(host: str) -> None:
    with pytest.raises(InvalidSpec, match=r"PHASESCOPE_HOST.*was given; allowed: .*ssh -L"):
        read_settings(host=host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_this_machine_s_own_addresses_are_allowed(host: str) -> None:
    assert is_loopback(host)
    assert read_settings(host=host).host == host


def test_a_port_that_cannot_be_is_named() -> None:
    with pytest.raises(InvalidSpec, match="port: 70000 was given; input should be less than or equal to 65535"):
        read_settings(port=70000)
