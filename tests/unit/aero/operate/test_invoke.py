"""`aero invoke` prints what was answered, and its exit code is the answer's."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from rich.console import Console

from aero.operate.invoke import Answer, show


def an_answer(result: Any, *, error: str = "") -> Answer:
    """What Lambda returns."""
    return Answer(status=200, error=error, log_tail="", payload=json.dumps(result).encode())


def printed(answer: Answer) -> str:
    """What is on standard output when it is a pipe."""
    out = Console(file=io.StringIO(), width=80)
    show(answer, out=out, err=Console(file=io.StringIO()))
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def test_the_body_of_an_api_is_printed_as_json() -> None:
    """Not as a string within the proxy's answer, and with nothing around it."""
    body = {"estado": "EXITOSO", "nota": "ñ" * 100}
    shown = printed(an_answer({"statusCode": 200, "headers": {}, "body": json.dumps(body)}))
    assert json.loads(shown) == body
    assert "ñ" in shown


def test_numbers_are_printed_as_the_api_sent_them() -> None:
    """Amounts have two decimals, and no number loses digits."""
    body = '{"monto": 100.50, "n": 12345678901234567890.10, "e": 1e2, "d": [0.30]}'
    shown = printed(an_answer({"statusCode": 200, "body": body}))
    assert "".join(shown.split()) == body.replace(" ", "")


def test_a_body_that_is_no_json_is_printed_as_it_is() -> None:
    """Such as a CSV; of bytes only how many they are."""
    assert printed(an_answer({"statusCode": 200, "body": "a,b\n1,2"})) == "a,b\n1,2\n"
    gif = base64.b64encode(b"GIF89a").decode()
    assert printed(an_answer({"statusCode": 200, "body": gif, "isBase64Encoded": True})) == "6 bytes\n"


def test_what_a_consumer_returns_is_printed_whole() -> None:
    """It has no body."""
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
def test_the_exit_code_is_the_answers(answer: Answer, failed: bool) -> None:
    """A request that was refused, a function that failed, and a message that came back are failures."""
    assert answer.failed is failed
