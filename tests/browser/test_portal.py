"""The portal's pages in a real browser: they work, load nothing from elsewhere, and can be used by everybody."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, Literal

import pytest
from playwright.sync_api import expect

from aero.broker.topics import DeclaredTopics
from aero.platform.paths import Paths
from support.browser.axe import serious_problems

if TYPE_CHECKING:
    from support.browser.driven_page import DrivenPage
    from support.platform.platform import Platform

# A page's path, and a text that it shows once its scripts have run.
PAGES: Final = [("", "Documentación de la API"), ("docs", "Salud"), ("docs/events", "CloudEvent 1.0")]
# Swagger UI draws the row of an operation as a button, and in it the link that `deepLinking` gives the operation.
# Without `deepLinking` nothing is nested, but then no operation has an address that can be sent.
KNOWN: Final = ("nested-interactive: ['.opblock-summary-control']",)
OPENAPI: Final = {
    "openapi": "3.1.0",
    "info": {"title": "Aeropartners", "version": "1"},
    "paths": {
        "/health": {
            "get": {"operationId": "health", "summary": "Salud", "responses": {"200": {"description": "Vive."}}}
        }
    },
}


def open_page(driven: DrivenPage, root: str, path: str, text: str) -> None:
    """Open a page and wait for the text. The API's document is a small one."""
    driven.page.route("**/openapi.json", lambda route: route.fulfill(json=OPENAPI))
    driven.page.goto(f"{root}{path}")
    expect(driven.page.get_by_text(text).first).to_be_visible()


@pytest.mark.parametrize(("path", "text"), PAGES)
def test_a_page_works(platform: Platform, driven: DrivenPage, path: str, text: str) -> None:
    """The fixture fails on a request to another host, on a violation of its policy and on an error in the console."""
    open_page(driven, f"{platform.url}/", path, text)
    expect(driven.page).to_have_title(re.compile("Aeropartners"))


@pytest.mark.parametrize(("path", "text"), PAGES)
def test_a_page_works_below_a_path(below_prod: str, driven: DrivenPage, path: str, text: str) -> None:
    """Every address is relative, so nothing is asked for above the path; there all is 404."""
    open_page(driven, below_prod, path, text)
    for link in driven.page.get_by_role("banner").get_by_role("link").all():
        assert str(link.evaluate("(link) => link.href")).startswith(below_prod)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("path", "text"), PAGES)
def test_a_page_can_be_used_by_everybody(
    platform: Platform, driven: DrivenPage, path: str, text: str, scheme: Literal["light", "dark"]
) -> None:
    """axe-core finds nothing serious, by day and by night, but what Swagger UI itself nests."""
    driven.page.emulate_media(color_scheme=scheme)
    open_page(driven, f"{platform.url}/", path, text)
    driven.page.wait_for_load_state("networkidle")  # the examples come last
    assert [problem for problem in serious_problems(driven.page) if not problem.startswith(KNOWN)] == []


@pytest.mark.parametrize("below", [False, True])
def test_an_operation_can_be_tried(platform: Platform, below_prod: str, driven: DrivenPage, *, below: bool) -> None:
    """The request goes to the platform that serves the page, also below a path."""
    root = below_prod if below else f"{platform.url}/"
    open_page(driven, root, "docs", "Salud")
    driven.page.get_by_text("Salud").first.click()
    driven.page.get_by_role("button", name="Execute").click()
    answer = driven.page.locator(".live-responses-table")
    expect(answer.locator(".response td.response-col_status").first).to_contain_text("200")
    expect(answer).to_contain_text("healthy")
    expect(driven.page.locator(".request-url")).to_contain_text(f"{root}health")


def test_every_topic_is_documented(platform: Platform, driven: DrivenPage) -> None:
    """The page shows the committed document, which names the topics of infra/pulsar."""
    open_page(driven, f"{platform.url}/", "docs/events", "payments.evt.pending")
    for topic in DeclaredTopics.read(Paths.from_env().topics).topics:
        expect(driven.page.get_by_text(topic, exact=True).first).to_be_attached()


def test_a_missing_document_is_named(platform: Platform, driven: DrivenPage) -> None:
    """The reader gets the sentence of the problem."""
    problem: dict[str, Any] = {"status": 404, "detail": "Esta instalación no tiene ese documento."}
    driven.expected += ["404"]
    driven.page.route("**/*api.json", lambda route: route.fulfill(status=404, body=json.dumps(problem)))
    for path in ("docs", "docs/events"):
        driven.page.goto(f"{platform.url}/{path}")
        expect(driven.page.get_by_role("alert")).to_have_text(problem["detail"])


def test_missing_third_party_files_are_named(platform: Platform, driven: DrivenPage) -> None:
    """So it is while a deploy lacks its layer."""
    driven.expected += ["404"]
    driven.page.route(re.compile(r"swagger-ui-bundle|redoc"), lambda route: route.fulfill(status=404, body=""))
    for path in ("docs", "docs/events"):
        driven.page.goto(f"{platform.url}/{path}")
        expect(driven.page.get_by_role("alert")).to_contain_text("make web")
