"""Generated requests against the real server: every answer is declared and typed, and none is a fault."""

from __future__ import annotations

import json

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import (
    allow_header_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    unsupported_method,
)

from phasescope.server.openapi import description

from .toy_worker import family

EXAMPLES = 8  # of each operation: a smoke test, that a new route cannot miss
# The door knows more than a schema can state; numbers are read leniently (true is 1); and at an address that several
# routes match, the framework's router speaks for one of them.
LEFT_OUT = [positive_data_acceptance, negative_data_rejection, allow_header_conformance, unsupported_method]

schema = schemathesis.openapi.from_dict(json.loads(description())).exclude(
    operation_id="stream_events"
)  # it never ends


@pytest.fixture(scope="module")
def peopled(url: str) -> str:
    """The address of a server with an experiment, so that some of the generated numbers exist."""
    assert httpx.post(f"{url}/api/experiments", json=family()).status_code == 201
    return url


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_declared(case: schemathesis.Case, peopled: str) -> None:
    case.call_and_validate(base_url=peopled, excluded_checks=LEFT_OUT)
