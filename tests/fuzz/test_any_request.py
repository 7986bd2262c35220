"""Any request to any route is answered, and breaks nothing.

`make fuzz` sends ten thousand new requests; `make test` always sends the same few hundred. A failure shows the smallest
failing request. `make fuzz ARGS=--hypothesis-seed=7` repeats a run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from hypothesis import HealthCheck, Phase, given, settings

from fuzz.any_request import Request, requests
from fuzz.exchange import Answer, exchange
from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform

REQUESTS: Final = os.environ.get("FUZZ_REQUESTS")
UNAVAILABLE: Final = 503
PATIENCE_SECONDS: Final = 60.0
ATTEMPTS: Final = 3
SCHEMAS: Final = ("pagos", "campanas", "event_collector")
# No answer may contain these.
SECRETS: Final = (
    b"Traceback",
    b'File "/',
    b"pg8000",
    b"psycopg",
    b"botocore",
    b"localstack.",
    b"SQLSTATE",
    b"syntax error",
)


@settings(
    max_examples=int(REQUESTS or 600),
    derandomize=REQUESTS is None,
    deadline=None,
    database=None,
    report_multiple_bugs=False,
    print_blob=False,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(request=requests())
def test_any_request_is_answered(shared_platform: Platform, known: Mapping[str, str], request: Request) -> None:
    """The answer is the requested one, or a problem about the request; it is never a server error."""
    port = shared_platform.port(request.route.port)
    answer = patiently(port, request.wire(known, port=port), method=request.method)
    assert answer is not None, "the connection was closed without an answer"
    assert answer.status < 500 or answer.status == request.refusal, answer.body[:2_000]
    assert not [secret for secret in SECRETS if secret in answer.body], answer.body[:2_000]
    if answer.status >= 400 and request.method != "HEAD":
        assert is_problem(answer), (answer.headers, answer.body[:2_000])


def test_all_accepted_events_are_published(shared_platform: Platform, known: Mapping[str, str]) -> None:
    """No event waits or is parked."""
    waiting = " union all ".join(
        f"(select id, type, parked_reason from {schema}.outbox "
        f" where published_at is null and occurred_at >= '{known['began']}' limit 5)"
        for schema in SCHEMAS
    )
    eventually(lambda: not shared_platform.sql(waiting), timeout=PATIENCE_SECONDS, what="an empty outbox")


def patiently(port: int, request: bytes, *, method: str) -> Answer | None:
    """Return the answer; a 503 is retried after its Retry-After, since a busy machine may be late."""
    answer = exchange(port, request, method=method)
    for _ in range(ATTEMPTS):
        if answer is None or answer.status != UNAVAILABLE:
            break
        assert answer.headers.get("retry-after", "").isdigit(), "503 without Retry-After"
        time.sleep(float(answer.headers["retry-after"]))
        answer = exchange(port, request, method=method)
    return answer


def is_problem(answer: Answer) -> bool:
    """Return whether the answer is a problem (RFC 9457) with our own members."""
    document: Any = answer.document()
    return (
        answer.headers.get("content-type", "").partition(";")[0] == "application/problem+json"
        and isinstance(document, dict)
        and document.get("status", answer.status) == answer.status  # RFC 9457, 3.1: each member is optional
        and bool(document.get("title") and document.get("codigo") and document.get("correlation_id"))
    )
