"""The panel shows what happens on the platform without a reload, and acts on it after asking."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import expect

from support.platform.killed_function import killed

if TYPE_CHECKING:
    from browser.panel_page import Panel
    from support.browser.driven_page import DrivenPage
    from support.platform.platform import Platform

PRIMARY: Final = "campanas-primaria"
NOTICED_MS: Final = 5_000
REPORTS: Final = "/api/reports/version"


@pytest.fixture
def affiliate() -> str:
    """A new affiliate."""
    return f"afiliado-{uuid4().hex[:12]}"


def pay(platform: Platform, affiliate: str, monto: str = "100.50") -> str:
    """Send a payment as a client does; return its id."""
    body = f'{{"id_afiliado":"{affiliate}","monto":{monto},"moneda":"COP","referencia_pago":"panel-{uuid4()}"}}'
    id_pago: str = platform.post_pago(body).json()["id_pago"]
    return id_pago


def test_a_payment_moves_through_the_lanes_without_a_reload(platform: Platform, panel: Panel, affiliate: str) -> None:
    """It is sent by HTTP while the page is open; its row leads to its waterfall."""
    platform.set_faults(latency_ms=2_500)
    panel.open()
    panel.page.evaluate("window.isStillTheSame = true")

    pay(platform, affiliate, "4321.05")

    row = panel.page.get_by_role("link", name=affiliate)
    expect(panel.lane("Procesando").get_by_role("link", name=affiliate)).to_be_visible()
    expect(panel.lane("Exitosos").get_by_role("link", name=affiliate)).to_contain_text(re.compile(r"4.?321[.,]05"))
    row.click()
    waterfall = panel.page.get_by_role("region", name="Pago", exact=True)
    for step in ("Solicitud y commit", "Bandeja de salida", "Tópico y entrega", "Pasarela, intento 1", "EXITOSO"):
        expect(waterfall.get_by_text(step, exact=True).first).to_be_visible()
    expect(waterfall.get_by_text("Informe", exact=True)).to_be_visible()
    expect(waterfall.locator(".gap")).to_contain_text("Lo más largo fue el intento 1 en la pasarela")
    assert panel.page.evaluate("window.isStillTheSame") is True


def test_every_attempt_at_the_gateway_is_a_bar(platform: Platform, panel: Panel, affiliate: str) -> None:
    """A lost answer leaves the outcome unknown; the next attempt learns it under the same key."""
    platform.set_faults(lost_answer_rate=1)
    id_pago = pay(platform, affiliate)
    panel.open(f"#/pagos/{id_pago}")
    waterfall = panel.page.get_by_role("region", name="Pago", exact=True)
    expect(waterfall.locator(".bar.gateway.failed")).not_to_have_count(0)

    platform.set_faults()

    expect(panel.page.get_by_role("article").locator("header .state")).to_have_text("Exitoso")
    expect(waterfall.locator(".bar.outcome")).to_have_count(1)


def test_a_payment_is_reversed_after_asking(
    platform: Platform, driven: DrivenPage, panel: Panel, affiliate: str
) -> None:
    """Cancelling changes nothing; a refusal is shown in the dialog; the reversal has an axis of its own."""
    driven.expected += ["422"]
    id_pago = pay(platform, affiliate)
    platform.final_state(id_pago)
    panel.open(f"#/pagos/{id_pago}")
    reverse = panel.page.get_by_role("button", name="Revertir…")

    reverse.click()
    expect(panel.dialog).to_contain_text(affiliate)
    panel.dialog.get_by_role("button", name="Cancelar").click()
    assert platform.pago(id_pago)["estado"] == "EXITOSO"

    reverse.click()
    panel.dialog.get_by_label("Motivo").fill("\u200b")
    panel.dialog.get_by_role("button", name="Revertir").click()
    expect(panel.dialog.get_by_role("alert")).to_be_visible()
    panel.dialog.get_by_label("Motivo").fill("Factura duplicada")
    panel.confirm("Revertir")

    expect(panel.page.get_by_role("article").locator("header .state")).to_have_text("Reversado")
    expect(panel.page.get_by_role("region", name="Reverso", exact=True)).to_contain_text("Reverso pedido")
    assert platform.pago(id_pago)["estado"] == "REVERSADO"


def test_the_switch_changes_the_report(platform: Platform, panel: Panel) -> None:
    """It is asked for, sent once, and seen by every caller."""
    requests.put(platform.url + REPORTS, json={"active": "v1"}, timeout=60)
    reports = panel.open("#/informes").part("Informes")
    expect(reports.locator("[data-version=v1]")).to_contain_text("se sirve")

    reports.get_by_role("button", name="v2", exact=True).click()
    expect(panel.dialog).to_contain_text("v2")
    panel.confirm("Cambiar")

    expect(reports.locator("[data-version=v2]")).to_contain_text("se sirve")
    expect(reports.get_by_role("button", name="v2", exact=True)).to_have_attribute("aria-pressed", "true")
    assert platform.get("/api/reports/payments").headers["X-Report-Version"] == "v2"
    requests.put(platform.url + REPORTS, json={"active": "v1"}, timeout=60)


def test_a_killed_primary_shows_within_five_seconds(platform: Platform, panel: Panel) -> None:
    """The strip says that the replica serves, and says that all is well once the primary is back."""
    panel.open()
    expect(panel.sentence).not_to_contain_text("primaria")
    with killed(platform, PRIMARY):
        for _ in range(3):
            assert platform.get("/campaigns/").status_code == 200
        expect(panel.sentence).to_contain_text("La primaria de campañas está fuera", timeout=NOTICED_MS)
        campaigns = panel.part("Campañas")
        expect(campaigns.get_by_role("listitem").filter(has_text="Réplica")).to_contain_text("sirve ahora")
        expect(campaigns.get_by_role("listitem").filter(has_text="Primaria")).to_contain_text("no responde")

    for _ in range(30):
        platform.get("/campaigns/")  # a request lets the circuit close
        panel.page.wait_for_timeout(500)
        if "primaria" not in (panel.sentence.text_content() or ""):
            break
    expect(panel.sentence).not_to_contain_text("primaria")


def test_a_slider_changes_the_simulator(platform: Platform, panel: Panel) -> None:
    """So does a preset; both take effect without a question."""
    simulator = panel.open("#/simulador").part("Simulador de la pasarela")
    simulator.get_by_label("Rechazos").fill("25")
    expect(simulator.locator("output").first).to_contain_text("25")
    faults = f"{platform.gateway_url}/_simulator/faults"
    assert requests.get(faults, timeout=60).json()["decline_rate"] == 0.25

    simulator.get_by_role("button", name="En calma").click()
    expect(simulator.get_by_role("button", name="En calma")).to_have_attribute("aria-pressed", "true")
    assert requests.get(faults, timeout=60).json()["decline_rate"] == 0


def test_an_id_is_found_from_the_keyboard(platform: Platform, panel: Panel, affiliate: str) -> None:
    """`/` goes to the search."""
    id_pago = pay(platform, affiliate)
    panel.open().page.keyboard.press("/")
    panel.page.keyboard.type(f"{id_pago}\n")
    expect(panel.page.get_by_role("heading", level=1)).to_contain_text(affiliate)
    panel.page.go_back()
    expect(panel.page.get_by_role("region", name="Pagos", exact=True)).to_be_visible()


def test_a_filter_is_part_of_the_address(platform: Platform, panel: Panel, affiliate: str) -> None:
    """A colleague who opens the address sees the same."""
    id_pago = pay(platform, affiliate)
    platform.final_state(id_pago)
    panel.open().page.get_by_label("Afiliado").fill(affiliate)
    panel.page.get_by_label("Afiliado").press("Enter")
    expect(panel.page.get_by_role("listitem").locator("[href^='#/pagos/']")).to_have_count(1)
    address = panel.page.url
    assert address.endswith(f"#/?afiliado={affiliate}")
    panel.page.goto("about:blank")
    panel.page.goto(address)
    expect(panel.page.get_by_role("listitem").locator("[href^='#/pagos/']")).to_have_count(1)
