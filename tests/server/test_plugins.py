"""What a worker brings is checked when it introduces itself."""

from __future__ import annotations

from typing import Any

import pytest

from phasescope.core.catalogue import Catalogue, Entry, kept_catalogue
from phasescope.core.errors import InvalidSpec
from phasescope.server.plugins import check_catalogue


def one(settings: dict[str, Any]) -> Catalogue:
    return Catalogue(entries=(Entry(kind="task", name="mine", settings=settings),))


def test_the_built_in_catalogue_passes() -> None:
    check_catalogue(kept_catalogue())


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"type": "foo"}, "are not a JSON schema"),
        ({"properties": []}, "are not a JSON schema"),
        ({"$ref": "http://127.0.0.1:1/schema"}, "refer to 'http://127.0.0.1:1/schema'"),
        ({"properties": {"a": {"allOf": [{"$ref": "file:///etc/passwd"}]}}}, "refer to 'file:///etc/passwd'"),
        ({"x-rules": [{"holds": "__import__('os')", "otherwise": "never"}]}, "have a rule that cannot be used"),
        ({"x-rules": [{"holds": "a > 1"}]}, "have a rule that cannot be used"),
        ({"x-rules": ["a > 1"]}, "have a rule that cannot be used"),
        ({"x-rules": 3}, "have rules that are not a list"),
    ],
)
def test_settings_that_could_harm_or_break_the_server_are_refused(settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidSpec, match=sentence):
        check_catalogue(one(settings))


def test_a_schema_may_refer_to_itself() -> None:
    check_catalogue(one({"$defs": {"rate": {"type": "number"}}, "properties": {"a": {"$ref": "#/$defs/rate"}}}))
