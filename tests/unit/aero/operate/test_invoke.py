"""`aero invoke` prints the function's answer, which also decides its exit code."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from rich.console import Console

from aero.operate.invoke import Answer, show


def an_answer(result: Any, *, error: str = "") -> Answer:
    """Build Lambda's answer with this result."""
    return Answer(status=200, error=error, log_tail="", payload=json.dumps(result).encode())


def printed(answer: Answer) -> str:
    """Return what is printed to standard output if that is a pipe."""
    out = Console(file=io.StringIO(), width=80)
    show(answer, out=out, err=Console(file=io.StringIO()))
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def test_the_body_of_an_api_is_printed_as_json() -> None:
    """The body is printed alone, not as a string within the proxy's answer."""
    body = {"estado": "EXITOSO", "nota": "ñ" * 100}
    shown = printed(an_answer({"statusCode": 200, "headers": {}, "body": json.dumps(body)}))
    assert json.loads(shown) == body
    assert "ñ" in shown


def test_numbers_are_printed_as_the_api_sent_them() -> None:
    """Amounts keep two decimals, and no number loses digits."""
    body = '{"monto": 100.50, "n": 12345678901234567890.10, "e": 1e2, "d": [0.30]}'
    shown = printed(an_answer({"statusCode": 200, "body": body}))
    assert "".join(shown.split()) == body.replace(" ", "")


def test_a_body_other_than_json_is_printed_unchanged() -> None:
    """A CSV is printed as text; for bytes only their number is printed."""
    assert printed(an_answer({"statusCode": 200, "body": "a,b\n1,2"})) == "a,b\n1,2\n"
    gif = base64.b64encode(b"GIF89a").decode()
    assert printed(an_answer({"statusCode": 200, "body": gif, "isBase64Encoded": True})) == "6 bytes\n"


def test_the_result_of_a_consumer_is_printed_whole() -> None:
    """It has no HTTP body."""
    assert json.loads(printed(an_answer({"batchItemFailures": []}))) == {"batchItemFailures": []}


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        (an_answer({"statusCode": 200, "body": "{}"}), False),
        (an_answer({"statusCode": 302, "body": ""}), False),
        (an_answer({"statusCode": 404, "body": "{}"}), True),
        (an_answer({"statusCode": 503, "body": "{}"}), True),
        (an_answer({"batchItemFailures": []}), False),
        (an_answer({"batchItemFailures": [{"itemIdentifier": "1"}]}), True),
        (an_answer({"errorMessage": "no"}, error="Unhandled"), True),
        (an_answer(None), False),
    ],
)
def test_the_answer_decides_the_exit_code(answer: Answer, failed: bool) -> None:
    """A refused request, a failed function and a returned message are failures."""
    assert answer.failed is failed
