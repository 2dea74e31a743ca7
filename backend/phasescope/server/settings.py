"""Where the server keeps its data and where it listens: environment variables that begin with PHASESCOPE_."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from phasescope.core.door import problems_of
from phasescope.core.errors import InvalidSpec

PACKAGED_PAGE = Path(__file__).parent / "page"
BUILT_PAGE = Path(__file__).parents[3] / "frontend" / "dist"


class Settings(BaseSettings):
    """Every setting has an environment variable of the same name in capitals, after PHASESCOPE_."""

    model_config = SettingsConfigDict(env_prefix="PHASESCOPE_", env_ignore_empty=True, extra="ignore", frozen=True)

    home: Path = Field(Path("~/.phasescope"), description="Folder of all data.")
    host: str = Field("127.0.0.1", description="Address to listen on; for now only this machine's own.")
    port: int = Field(
        8787, ge=0, le=65535, description="Port to listen on; when it is taken the next free one is used."
    )
    database_url: str | None = Field(None, description="SQLite or PostgreSQL; nothing means a file in the home folder.")
    page: Path | None = Field(None, description="Folder of the built page; nothing means the one that came along.")

    @field_validator("home")
    @classmethod
    def _expanded(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @field_validator("host")
    @classmethod
    def _only_this_machine(cls, host: str) -> str:
        if not is_loopback(host):
            raise ValueError(
                f"PHASESCOPE_HOST: {host!r} was given; allowed: 127.0.0.1, localhost or ::1. "
                "There are no accounts yet, so the server answers this machine only; "
                "reach it from elsewhere through an SSH tunnel: ssh -L 8787:127.0.0.1:8787 MACHINE."
            )
        return host

    @property
    def store_url(self) -> str:
        """The database that is used."""
        return self.database_url or f"sqlite:///{self.home / 'phasescope.sqlite'}"

    @property
    def page_folder(self) -> Path:
        """Where the built page is: the one asked for, a fresh build in a clone, or the packaged one."""
        if self.page is not None:
            return self.page
        return BUILT_PAGE if (BUILT_PAGE / "index.html").is_file() else PACKAGED_PAGE


def read_settings(**given: Any) -> Settings:
    """Settings from the environment, with `given` on top; raises InvalidSpec with one sentence per problem."""
    try:
        return Settings(**given)
    except ValidationError as error:
        raise InvalidSpec(problems_of(error, Settings.model_fields)) from error


def is_loopback(host: str) -> bool:
    """Whether the address is this machine speaking to itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
