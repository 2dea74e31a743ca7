"""Generated requests against the real server: every answer is declared and typed, and none is a fault."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

EXAMPLES = 8  # of each operation: a smoke test, that a new route cannot miss


@pytest.fixture(scope="module")
def api(url: str) -> schemathesis.BaseSchema:
    """The API without its endless stream."""
    return schemathesis.openapi.from_url(f"{url}/api/openapi.json").exclude(operation_id="stream_events")


schema = schemathesis.pytest.from_fixture("api")


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_declared(case: schemathesis.Case) -> None:
    case.call_and_validate()
