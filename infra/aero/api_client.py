"""Asking the running platform's API, for the commands that show what it answers."""

from __future__ import annotations

import http.client
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from aero.errors import AeroError
from seedwork.infraestructura import decimal_json

ANSWER_SECONDS: Final = 35


class NotFoundError(AeroError):
    """What was asked for does not exist."""


def get(api_url: str, path: str) -> str:
    """The body of its answer; raises AeroError with what it answers instead of 200, NotFoundError where that is 404."""
    connection = http.client.HTTPConnection(urlsplit(api_url).netloc, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read().decode()
        if answer.status != HTTPStatus.OK:
            refusal = NotFoundError if answer.status == HTTPStatus.NOT_FOUND else AeroError
            raise refusal(f"The API answers {answer.status}: {_told(decimal_json.loads(body))}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise AeroError(f"The API on {api_url} does not answer: {error}", cure="See aero status.") from None
    finally:
        connection.close()
    return body


def get_json(api_url: str, path: str) -> dict[str, Any]:
    """The same, where it is JSON; numbers with decimals keep their digits."""
    document: dict[str, Any] = decimal_json.loads(get(api_url, path))
    return document


def _told(problem: dict[str, Any]) -> str:
    """The detail of a problem, and each field that is wrong."""
    fields = [f"{error['campo']} {error['mensaje']}" for error in problem.get("errores", ())]
    return " ".join([str(problem.get("detail")), *(f"{field}." for field in fields)])
