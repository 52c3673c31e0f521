"""What /openapi.json describes, asked in every way that it allows, and in some that it does not."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

EXAMPLES = 150
REFUSALS = (501, 503)  # what is switched off, and what has no room just now


@schemathesis.serializer("audio/pcm")
def samples(_: object, value: object) -> bytes:
    """A body that is no JSON, of whatever was thought of."""
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture
def operations(everywhere: FlaskClient) -> list[Any]:
    def asked_from_here(environ: dict[str, Any], start: Any) -> Any:
        return everywhere.application({**environ, "REMOTE_ADDR": "127.0.0.1"}, start)

    schema = schemathesis.openapi.from_wsgi("/openapi.json", asked_from_here)
    return [found.ok() for found in schema.get_all_operations()]


@settings(
    max_examples=EXAMPLES,
    derandomize=True,  # what is found here by chance would be blamed on another change
    suppress_health_check=[*HealthCheck],
)
@given(drawn=st.data())
def test_nothing_that_is_described_gives_a_500(operations: list[Any], drawn: st.DataObject) -> None:
    operation = drawn.draw(st.sampled_from(operations))
    mode = drawn.draw(st.sampled_from(list(schemathesis.GenerationMode)))
    case = drawn.draw(operation.as_strategy(generation_mode=mode))
    response = case.call()
    told = response.content
    assert response.status_code < 500 or response.status_code in REFUSALS, (case, told)
    if response.status_code >= 400 and operation.method.upper() != "HEAD":
        assert response.json()["error"], (case, told)
