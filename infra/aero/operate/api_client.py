"""Calls the running platform's API for the commands that show its answers."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from aero.platform.errors import AeroError
from seedwork.infraestructura.text import decimal_json

ANSWER_SECONDS: Final = 35
ACCEPTED: Final = frozenset({HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED})


class NotFoundError(AeroError):
    """The requested resource does not exist."""


def get(api_url: str, path: str) -> str:
    """Return the answer's body; raises AeroError with the API's refusal, NotFoundError for a 404."""
    return _ask(api_url, "GET", path)


def get_json(api_url: str, path: str) -> dict[str, Any]:
    """Return the answer's JSON document; decimal numbers keep their digits."""
    document: dict[str, Any] = decimal_json.loads(get(api_url, path))
    return document


def post_json(api_url: str, path: str, document: Any, *, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Send a POST and return the answer's JSON document; raises AeroError with the reason for a refusal."""
    return _send(api_url, "POST", path, document, headers or {})


def patch_json(api_url: str, path: str, document: Any) -> dict[str, Any]:
    """Send a PATCH and return the answer's JSON document; raises AeroError with the reason for a refusal."""
    return _send(api_url, "PATCH", path, document, {})


def _send(api_url: str, method: str, path: str, document: Any, headers: Mapping[str, str]) -> dict[str, Any]:
    headers = {"Content-Type": "application/json", **headers}
    answer: dict[str, Any] = decimal_json.loads(
        _ask(api_url, method, path, body=decimal_json.dumps(document).encode(), headers=headers)
    )
    return answer


def delete(api_url: str, path: str) -> dict[str, Any]:
    """Send a DELETE and return the answer's JSON document; raises AeroError with the reason for a refusal."""
    answer: dict[str, Any] = decimal_json.loads(_ask(api_url, "DELETE", path))
    return answer


def _ask(
    api_url: str, method: str, path: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> str:
    parts = urlsplit(api_url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=ANSWER_SECONDS)
    try:
        connection.request(method, parts.path.rstrip("/") + path, body=body, headers=headers or {})
        answer = connection.getresponse()
        answer_body = answer.read()
        if answer.status not in ACCEPTED:
            refusal = NotFoundError if answer.status == HTTPStatus.NOT_FOUND else AeroError
            raise refusal(f"The API answers {answer.status}: {_told(decimal_json.loads(answer_body))}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise AeroError(f"The API on {api_url} does not answer: {error}", cure="See aero status.") from None
    finally:
        connection.close()
    return answer_body.decode()


def _told(problem: dict[str, Any]) -> str:
    """Return a problem's detail and each of its field errors, in words."""
    fields = [f"{error['campo']} {error['mensaje']}" for error in problem.get("errores", ())]
    return " ".join([str(problem.get("detail")), *(f"{field}." for field in fields)])
