"""The root answers HTML to a browser, and JSON to everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from portal import composition_root
from portal.api import app
from portal.composition_root import layer_folder
from support.lambda_events import FakeContext, sample
from support.samples import samples_of

if TYPE_CHECKING:
    from unit.portal.conftest import Get

CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8"


@pytest.mark.parametrize(
    "accept",
    [
        CHROME,
        "text/html",
        "TEXT/HTML",
        "text/*",
        "application/json;q=0.5, text/html",
        "text/html;q=0.3, */*;q=0.2",
        "*/*, application/json;q=0.9",  # the more specific range decides about JSON
    ],
)
def test_whoever_prefers_html_gets_the_page(get: Get, accept: str) -> None:
    """RFC 9110, 12.5.1: q-values, and the most specific range for each type."""
    answer = get("/", Accept=accept)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["Vary"] == "Accept"


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "",
        "*/*",
        "application/json",
        "text/html, application/json",
        "text/html;q=0.5, application/json;q=0.6",
        "text/html;q=0, */*",
        "image/png",
        "html",
        "text/html/5",
    ],
)
def test_everything_else_gets_the_greeting(get: Get, accept: str | None) -> None:
    """A caller without a preference is a program: the answer is the original's at `/`."""
    answer = get("/", **({} if accept is None else {"Accept": accept}))
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.headers["Vary"] == "Accept"
    assert answer.document == {
        "message": "Bienvenido a Aeropartners: pagos, campañas, informes y eventos de afiliados.",
        "service": "pagos",
        "version": "1.0.0",
        "health": "/health",
        "endpoints": ["/pagos", "/campaigns", "/api/campaigns", "/api/reports/payments", "/event-collector", "/status"],
    }


def test_an_answer_varies_by_origin_too(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a list of allowed origins the answer depends on both headers."""
    monkeypatch.setenv("CORS_ORIGINS", "https://panel.example")
    assert get("/", Accept=CHROME).headers["Vary"] == "Accept, Origin"


def test_the_sample_is_answered() -> None:
    """It is the only sample; the layer is found or missing, as on this machine."""
    composition_root.site.cache_clear()
    assert samples_of("portal") == {"portal/get-welcome"}
    assert app(sample("portal/get-welcome"), FakeContext())["statusCode"] == 200


def test_without_its_layer_the_function_still_starts() -> None:
    """The folder of the layer then does not exist, so there are no third-party files."""
    assert layer_folder().name == "portal_assets"
