"""docker-compose.yml and the Dockerfile agree with each other and with the settings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml


@pytest.fixture(scope="module")
def services(root: Path) -> dict[str, Any]:
    composed = yaml.safe_load((root / "docker-compose.yml").read_text(encoding="utf-8"))
    services: dict[str, Any] = composed["services"]
    return services


def test_the_three_services_are_there(services: dict[str, Any]) -> None:
    assert set(services) == {"postgres", "server", "worker"}


def test_every_service_is_built_from_a_stage_of_the_dockerfile(services: dict[str, Any], root: Path) -> None:
    stages = set(re.findall(r"^FROM .* AS (\w+)$", (root / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {service["build"]["target"] for service in services.values() if "build" in service} <= stages


def test_what_the_dockerfile_copies_exists(root: Path) -> None:
    lines = (root / "Dockerfile").read_text(encoding="utf-8").splitlines()
    copied = [
        name for line in lines if line.startswith("COPY ") and "--from" not in line for name in line.split()[1:-1]
    ]
    assert copied
    assert [name for name in copied if not (root / name).exists()] == []


def test_nothing_is_published_beyond_this_machine(services: dict[str, Any]) -> None:
    for name, service in services.items():
        assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", ())), name
        assert service.get("environment", {}).get("PHASESCOPE_HOST", "127.0.0.1") == "127.0.0.1", name
