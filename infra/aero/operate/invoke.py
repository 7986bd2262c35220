"""`aero invoke`: calls a function and shows its answer and log."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import simplejson
from rich.highlighter import JSONHighlighter

from aero.operate.functions import deployed_functions
from aero.platform.errors import AeroError
from aero.platform.naming import function_name, short_name

if TYPE_CHECKING:
    from rich.console import Console

    from aero.platform.aws import Emulator

# Numbers keep their digits: 100.50 must not become 100.5, since readers compare it with what the API sent.
_AS_SENT: Final = simplejson.JSONDecoder(parse_float=simplejson.RawJSON, parse_int=simplejson.RawJSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A function's answer; `error` is Lambda's FunctionError, empty for success."""

    status: int
    error: str
    log_tail: str
    payload: bytes

    @property
    def result(self) -> Any:
        """Return the payload's JSON document, or its text if it is not JSON."""
        return _read(self.payload.decode(errors="replace"))

    @property
    def http_status(self) -> int:
        """Return the HTTP status of an API's answer; 0 if the result is not an API's answer."""
        result = self.result
        return int(result["statusCode"]) if isinstance(result, dict) and "statusCode" in result else 0

    @property
    def shown(self) -> str:
        """Return an API answer's body, or another result whole; JSON is indented, its numbers keep their digits."""
        result = self.result
        if not self.http_status:
            return _in_lines(self.payload.decode(errors="replace"))
        body = result.get("body") or ""
        if result.get("isBase64Encoded"):
            return f"{len(base64.b64decode(body))} bytes"
        return _in_lines(body)

    @property
    def failed(self) -> bool:
        """Return whether the function failed, refused the request, or returned a message to its topic."""
        result = self.result
        returned = isinstance(result, dict) and bool(result.get("batchItemFailures"))
        return bool(self.error) or self.http_status >= HTTPStatus.BAD_REQUEST or returned


def read_event(file: Path | None) -> bytes:
    """Return the event's JSON; an empty object without a file. Raises AeroError if the file is not JSON."""
    if file is None:
        return b"{}"
    try:
        content = file.read_bytes()
        json.loads(content)
    except OSError as error:
        raise AeroError(f"{file} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise AeroError(f"{file} is not JSON: {error}.") from None
    return content


def invoke(emulator: Emulator, function: str, event: bytes) -> Answer:
    """Call a function and wait for its answer; raises AeroError if there is no such function."""
    client = emulator.client("lambda", read_timeout=910, attempts=1)
    try:
        answer = client.invoke(FunctionName=function_name(function), Payload=event, LogType="Tail")
    except client.exceptions.ResourceNotFoundException:
        known = ", ".join(sorted(short_name(item["FunctionName"]) for item in deployed_functions(emulator)))
        raise AeroError(f"There is no function {function!r}.", cure=f"Functions: {known}.") from None
    return Answer(
        status=answer["StatusCode"],
        error=answer.get("FunctionError", ""),
        log_tail=base64.b64decode(answer.get("LogResult", "")).decode(errors="replace"),
        payload=answer["Payload"].read(),
    )


def show(answer: Answer, *, out: Console, err: Console) -> None:
    """Print the result to `out`, for an API's answer its body, so that it can be piped; log and status go to `err`."""
    if answer.log_tail:
        err.print(answer.log_tail.rstrip(), style="dim", markup=False, soft_wrap=True)
    err.print(f"Status {answer.status}" + (f", error: {answer.error}" if answer.error else ""), style="bold")
    if answer.http_status:
        err.print(f"HTTP {answer.http_status}", style="bold")
    out.print(JSONHighlighter()(answer.shown), soft_wrap=True)


def _in_lines(text: str) -> str:
    """Return JSON indented, and other text unchanged."""
    try:
        return str(simplejson.dumps(_AS_SENT.decode(text), indent=2, ensure_ascii=False))
    except ValueError:
        return text


def _read(text: str) -> Any:
    """Return the JSON document, or the text itself if it is not JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return text
