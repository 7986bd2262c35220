"""A caller that has the current document gets 304 (RFC 9110, 13 and 15.4.5)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest

from seedwork.infraestructura.http.cors import EXPOSED
from seedwork.infraestructura.http.readiness import ready_response
from seedwork.infraestructura.http.rest_api import RestApi
from support.lambda_events import FakeContext, proxy_event

PANEL = "http://localhost:8000"
DOCUMENT: dict[str, str] = {}

app = RestApi("etiquetas", statuses={})


@app.route("/documento", methods=["GET", "POST"])
def get_documento() -> dict[str, str]:
    """Return the document."""
    return dict(DOCUMENT)


@app.route("/listo", methods=["GET"])
def get_listo() -> Any:
    """Return an answer that no cache may store."""
    return ready_response("etiquetas", {})


@app.route("/fallo", methods=["GET"])
def get_fallo() -> None:
    """Fail."""
    raise RuntimeError


@pytest.fixture(autouse=True)
def document(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the document, which a test may change, for scripts of one origin."""
    monkeypatch.setenv("CORS_ORIGINS", PANEL)
    DOCUMENT.clear()
    return DOCUMENT


def ask(path: str = "/documento", *, seen: str | None = None, method: str = "GET") -> dict[str, Any]:
    """Return the answer to a page's request."""
    headers = {"Origin": PANEL, "Content-Type": "application/json"} | ({"If-None-Match": seen} if seen else {})
    answer: dict[str, Any] = app(proxy_event(method, path, headers=headers), FakeContext())
    return answer


def tag() -> str:
    """Return the current document's tag."""
    return str(ask()["headers"]["ETag"])


def test_equal_documents_have_equal_tags(document: dict[str, str]) -> None:
    """Another document has another tag; an old document has its old tag again."""
    first = tag()
    document["estado"] = "ñ"
    assert tag() != first
    document.clear()
    assert tag() == first


def test_the_tag_is_weak() -> None:
    """A compressed answer has other bytes and the same tag, which a strong tag does not allow (RFC 9110, 8.8.3.3)."""
    assert tag().startswith('W/"')


def test_a_current_copy_is_not_sent_again(document: dict[str, str]) -> None:
    """The 304 has no body and no media type, and each other header of the 200: tag, caching, Vary and CORS."""
    full = ask()
    unmodified = ask(seen=full["headers"]["ETag"])
    assert (unmodified["statusCode"], unmodified["body"]) == (HTTPStatus.NOT_MODIFIED, "")
    without = {"Content-Type", "X-Correlation-Id"}
    assert unmodified["headers"].keys() == full["headers"].keys() - {"Content-Type"}
    for name in full["headers"].keys() - without:
        assert unmodified["headers"][name] == full["headers"][name]
    assert full["headers"]["Cache-Control"] == "private, no-cache"
    assert (full["headers"]["Vary"], "ETag" in EXPOSED.split(", ")) == ("Origin", True)
    document["estado"] = "otro"
    assert ask(seen=full["headers"]["ETag"])["statusCode"] == HTTPStatus.OK


@pytest.mark.parametrize(
    "written", ["{weak}", "{strong}", '"otra", {weak}', 'W/"otra",{strong}', '"a,b" , {weak}', "*", " * "]
)
def test_any_form_of_the_header_may_name_the_copy(written: str) -> None:
    """It is a list compared weakly, or `*` for any document (RFC 9110, 13.1.2)."""
    weak = tag()
    seen = written.format(weak=weak, strong=weak.removeprefix("W/"))
    assert ask(seen=seen)["statusCode"] == HTTPStatus.NOT_MODIFIED


@pytest.mark.parametrize("seen", ['"otra"', "{bare}", '"', 'W/"', '"*"', "w/{strong}x", ""])
def test_another_tag_gets_the_document(seen: str) -> None:
    """A text that is no tag names none."""
    weak = tag()
    strong = weak.removeprefix("W/")
    answer = ask(seen=seen.format(bare=strong.strip('"'), strong=strong.replace('"', "'")))
    assert (answer["statusCode"], answer["body"]) == (HTTPStatus.OK, "{}")


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/listo", "GET", 200), ("/fallo", "GET", 500), ("/nada", "GET", 404), ("/documento", "POST", 200)],
)
def test_other_answers_have_no_tag(path: str, method: str, status: int) -> None:
    """These are answers that must not be stored, errors, and answers to writes; a header of the caller changes none."""
    answer = ask(path, method=method, seen="*")
    assert (answer["statusCode"], "ETag" in answer["headers"], answer["body"] != "") == (status, False, True)
