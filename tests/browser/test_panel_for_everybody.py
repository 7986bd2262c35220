"""The panel can be used by everybody: with a screen reader, at night, on a telephone, while the platform is down."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from browser.panel_page import Panel
from support.browser.axe import serious_problems
from support.browser.letters import show_letters

if TYPE_CHECKING:
    from support.browser.driven_page import DrivenPage
    from support.platform.platform import Platform

TELEPHONE = {"width": 360, "height": 740}
SECTIONS = ("Pagos", "Eventos", "Campañas", "Salud", "Entregas", "Informes", "Simulador de la pasarela")


@pytest.fixture
def id_pago(platform: Platform) -> str:
    """A payment that is paid."""
    body = f'{{"id_afiliado":"afiliado-001","monto":10,"moneda":"COP","referencia_pago":"panel-{uuid4()}"}}'
    id_pago: str = platform.post_pago(body).json()["id_pago"]
    platform.final_state(id_pago)
    return id_pago


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    platform: Platform, driven: DrivenPage, id_pago: str, scheme: Literal["light", "dark"]
) -> None:
    """On the front page with all its parts read, in a dialog, and on a payment with open steps."""
    driven.page.emulate_media(color_scheme=scheme)
    panel = Panel(driven, platform.url).open()
    for section in SECTIONS:
        expect(panel.part(section).locator(".skeleton")).to_have_count(0)
    assert serious_problems(driven.page) == []

    panel.open(f"#/pagos/{id_pago}")
    for step in driven.page.locator("details summary").all():
        step.click()
    assert serious_problems(driven.page) == []
    driven.page.get_by_role("button", name="Revertir…").click()
    expect(panel.dialog).to_be_visible()
    assert serious_problems(driven.page) == []


def test_a_telephone_never_scrolls_sideways(
    platform: Platform, new_page: Callable[..., DrivenPage], id_pago: str
) -> None:
    """360 pixels are enough for every part, and for a payment with open steps."""
    panel = Panel(new_page(viewport=TELEPHONE), platform.url).open()
    for section in SECTIONS:
        expect(panel.part(section).locator(".skeleton")).to_have_count(0)
        assert not panel.is_wider_than_its_window(), section
    panel.open(f"#/pagos/{id_pago}")
    for step in panel.page.locator("details summary").all():
        step.click()
    assert not panel.is_wider_than_its_window()


def test_letters_fit_a_telephone(platform: Platform, new_page: Callable[..., DrivenPage]) -> None:
    """A long reason, a long key and a count of four digits leave the page as wide as its window."""
    driven = new_page(viewport=TELEPHONE)
    mappings = platform.get("/connector/mappings").json()["mapeos"]
    busy = [mapping | {"cartas": 1_725, "retraso": 12_345} for mapping in mappings]
    driven.page.route("**/connector/mappings", lambda route: route.fulfill(json={"mapeos": busy}))
    show_letters(driven.page, motivo="is_not_json" * 20, clave="afiliado-000123456789")
    part = Panel(driven, platform.url).open().part("Entregas")
    part.locator("[data-letter] summary").first.click()
    expect(part.locator("pre").first).to_have_text("x" * 2_000)
    assert part.evaluate("(part) => part.scrollWidth > part.clientWidth") is False


def test_nothing_is_asked_while_the_page_is_hidden(platform: Platform, driven: DrivenPage) -> None:
    """The Page Visibility API says so; the page goes on when it is seen again."""
    panel = Panel(driven, platform.url).open()
    asked: list[str] = []
    hide = """(hidden) => { Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange")); }"""
    panel.page.evaluate(hide, True)
    panel.page.wait_for_timeout(1_000)  # what was under way may end
    driven.page.on("request", lambda request: asked.append(request.url))
    panel.page.wait_for_timeout(6_500)  # longer than the slowest period
    assert [url for url in asked if "_simulator" not in url] == []
    with panel.page.expect_request("**/pagos?*"):
        panel.page.evaluate(hide, False)


def test_the_page_says_that_the_platform_is_down_and_comes_back_by_itself(
    platform: Platform, driven: DrivenPage
) -> None:
    """Here the connection fails in the browser, as if the router were gone."""
    driven.expected += ["ERR_CONNECTION_REFUSED"]
    panel = Panel(driven, platform.url).open()
    driven.page.route(f"{platform.url}/**", lambda route: route.abort("connectionrefused"))
    expect(panel.sentence).to_contain_text("La plataforma no responde desde hace")
    driven.page.unroute(f"{platform.url}/**")
    expect(panel.sentence).not_to_contain_text("La plataforma no responde", timeout=10_000)


def test_the_panel_works_below_a_path(below_prod: str, driven: DrivenPage) -> None:
    """Below a stage's name as on AWS, everything is asked for below it."""
    asked: list[str] = []
    driven.page.on("request", lambda request: asked.append(request.url))
    panel = Panel(driven, below_prod.rstrip("/")).open()
    expect(panel.part("Pagos").get_by_role("heading", name="Exitosos")).to_be_visible()
    own = [url for url in asked if "/_simulator/" not in url]
    assert own
    assert all(url.startswith(below_prod) for url in own)
