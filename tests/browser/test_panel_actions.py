"""Each action of the panel does by a click, and by the keyboard alone, what it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from pulsar_connector.broker.pulsar_client import Producers, pulsar_client
from support.event_collector.on_platform import bury, get, send_event, un_afiliado, un_evento
from support.platform.platform import eventually

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from browser.panel_page import Panel
    from support.platform.platform import Platform

TABS_AT_MOST: Final = 400


@pytest.fixture
def letter(platform: Platform) -> Iterator[dict[str, Any]]:
    """A dead letter of a message that no consumer can read; what is left of it is discarded."""
    poison = b"\xfe" + uuid4().bytes * 4
    with pulsar_client(f"pulsar://127.0.0.1:{platform.port(6650)}") as client:
        Producers(client).get("payments.evt.pending").send(poison)

    def waiting() -> dict[str, Any] | None:
        page = platform.get("/connector/dead-letters?mapeo=seguir-comisiones&limite=500").json()
        return next((carta for carta in page["cartas"] if carta["tamano"] == len(poison)), None)

    yield eventually(waiting, timeout=60, what="dead letter")
    platform.aero("dlq", "discard", "--all", "--yes", check=False)


def test_a_dead_letter_is_redriven_by_a_click(platform: Platform, panel: Panel, letter: dict[str, Any]) -> None:
    """The strip leads to it; it opens with its reason and its bytes, and is gone once it is on its way."""
    panel.open()
    expect(panel.page.get_by_role("list", name="Cifras")).to_contain_text("Ábralas y decida", timeout=20_000)
    entry = panel.open("#/entregas").part("Entregas").locator(f"[data-letter='{letter['id']}']")
    entry.locator("summary").click()
    expect(entry).to_contain_text("payments.evt.pending")
    expect(entry.locator("pre")).to_contain_text("\\xfe")

    entry.get_by_role("button", name="Reenviar…").click()
    panel.confirm("Reenviar")

    expect(panel.told).to_contain_text("en camino")
    expect(entry).to_have_count(0, timeout=20_000)
    carta = f"/connector/dead-letters/{letter['id']}"
    assert eventually(lambda: platform.get(carta).json()["reenviada"], timeout=60, what="redrive")


def test_a_dead_letter_is_discarded_by_a_click(platform: Platform, panel: Panel, letter: dict[str, Any]) -> None:
    """The question says that it is final; the letter leaves the page, and cannot be redriven any more."""
    entry = panel.open("#/entregas").part("Entregas").locator(f"[data-letter='{letter['id']}']")
    entry.locator("summary").click()

    entry.get_by_role("button", name="Descartar…").click()
    expect(panel.dialog).to_contain_text("no se procesará nunca")
    panel.confirm("Descartar")

    expect(panel.told).to_contain_text("se descartó")
    expect(entry).to_have_count(0, timeout=20_000)
    carta = f"/connector/dead-letters/{letter['id']}"
    assert platform.get(carta).json()["estado"] == "DESCARTADA"


@pytest.fixture
def failed_event(platform: Platform) -> Iterator[tuple[str, str]]:
    """An event that a consumer gave up, with the affiliate that sent it; its dead letter is discarded."""
    id_afiliado = un_afiliado(platform)
    id_evento: str = send_event(platform, un_evento(id_afiliado=id_afiliado)).json()["id_evento"]
    bury(platform, id_evento)
    failed = f"failed-events?id_afiliado={id_afiliado}"
    eventually(lambda: get(platform, failed)["eventos"], timeout=60, what="the failed event")
    yield id_evento, id_afiliado
    platform.aero("dlq", "discard", "--all", "--yes", check=False)


def test_a_failed_event_is_retried_by_a_click(platform: Platform, panel: Panel, failed_event: tuple[str, str]) -> None:
    """It stands with its reason; after the click its consumers process it, and it is no longer listed."""
    id_evento, id_afiliado = failed_event
    row = panel.open("#/eventos").part("Eventos").locator(".failures li").filter(has_text=id_afiliado)
    expect(row).to_contain_text("a test")

    row.get_by_role("button", name="Reintentar…").click()
    expect(panel.dialog).to_contain_text("Falló porque: a test")
    panel.confirm("Reintentar")

    expect(panel.told).to_contain_text("se publica otra vez")
    expect(row).to_have_count(0, timeout=20_000)
    status = f"events/{id_evento}/status"
    eventually(lambda: get(platform, status)["estado"] == "PROCESADO", timeout=60, what="the retried event")
    assert get(platform, status)["reintentos"] == 1


def tab_to(panel: Panel, target: Locator) -> None:
    """Press Tab until the element has the focus."""
    expect(target).to_be_visible()
    for _ in range(TABS_AT_MOST):
        panel.page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"Tab does not reach {target}")


def test_every_action_asks_by_tab_and_enter(
    platform: Platform, panel: Panel, failed_event: tuple[str, str], letter: dict[str, Any]
) -> None:
    """Escape leaves the question, and the focus is back on the action."""
    del platform
    panel.open()
    events, delivery, reports = panel.part("Eventos"), panel.part("Entregas"), panel.part("Informes")
    entry = delivery.locator(f"[data-letter='{letter['id']}']")
    entry.locator("summary").focus()
    panel.page.keyboard.press("Enter")
    actions = [
        events.locator(".failures li").filter(has_text=failed_event[1]).get_by_role("button", name="Reintentar…"),
        entry.get_by_role("button", name="Descartar…"),
        entry.get_by_role("button", name="Reenviar…"),
        reports.locator("button[aria-pressed=false]"),
    ]
    for action in actions:
        action.scroll_into_view_if_needed()
        tab_to(panel, action)
        panel.page.keyboard.press("Enter")
        expect(panel.dialog).to_be_visible()
        panel.page.keyboard.press("Escape")
        expect(panel.dialog).to_be_hidden()
        expect(action).to_be_focused()


def test_a_payment_is_reversed_by_the_keyboard_alone(platform: Platform, panel: Panel) -> None:
    """From the search to the last word of the dialog, without a pointer."""
    body = f'{{"id_afiliado":"afiliado-001","monto":10,"moneda":"COP","referencia_pago":"panel-{uuid4()}"}}'
    id_pago = platform.post_pago(body).json()["id_pago"]
    platform.final_state(id_pago)
    keyboard = panel.open().page.keyboard
    keyboard.press("/")
    keyboard.type(f"{id_pago}\n")

    tab_to(panel, panel.page.get_by_role("button", name="Revertir…"))
    keyboard.press("Enter")
    tab_to(panel, panel.dialog.get_by_label("Motivo"))
    keyboard.type("Factura duplicada")
    tab_to(panel, panel.dialog.get_by_role("button", name="Revertir"))
    keyboard.press("Enter")

    expect(panel.page.get_by_role("article").locator("header .state")).to_have_text("Reversado")
    assert platform.pago(id_pago)["estado"] == "REVERSADO"
