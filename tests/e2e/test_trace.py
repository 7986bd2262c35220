"""`aero trace` of a tracking event: one correlation id leads from its sender to the reports."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import requests

from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform

# The timeline's moments at which reports counted the event and its payment.
COUNTED: Final = ("counted in reports: ConversionRegistrada ", "counted in reports as COMPLETED ")


def enviar(platform: Platform, correlation_id: str, **campos: Any) -> str:
    """Send an event to the event collector's own port; return its id."""
    answer = requests.post(
        f"http://127.0.0.1:{platform.port(8090)}/event-collector/events",
        json={"id_afiliado": "afiliado-001", "id_evento_cliente": str(uuid4()), **campos},
        headers={"X-Correlation-Id": correlation_id},
        timeout=60,
    )
    assert (answer.status_code, answer.headers["X-Correlation-Id"]) == (201, correlation_id)
    return str(answer.json()["id_evento"])


def estado(platform: Platform, id_evento: str) -> dict[str, Any]:
    """Return the event's status."""
    document: dict[str, Any] = platform.get(f"/event-collector/events/{id_evento}/status").json()
    return document


def test_a_conversion_is_traced_to_its_payment_and_to_the_reports(platform: Platform) -> None:
    """Every step is under the sender's correlation id."""
    # Given a conversion whose commission is paid
    correlation_id = f"sender-{uuid4()}"
    id_evento = enviar(platform, correlation_id, tipo_evento="CONVERSION", valor_conversion=100, moneda="COP")

    def paid() -> dict[str, Any] | None:
        vista = estado(platform, id_evento)
        is_paid = vista["estado"] == "PROCESADO" and vista["pago"] and vista["pago"]["estado"] == "EXITOSO"
        return vista if is_paid else None

    vista = eventually(paid, timeout=60, what="paid commission")
    assert (vista["valor_conversion"], vista["moneda"]) == (100, "COP")

    # When reports have counted both, then the timeline shows every step
    def counted() -> str | None:
        shown = platform.aero("trace", id_evento).stdout
        return shown if all(told in shown for told in COUNTED) else None

    shown = eventually(counted, timeout=30, what="timeline to the reports")
    assert f"{id_evento}: CONVERSION of afiliado-001 by WEB_TAG, worth 100.00 COP, PROCESADO" in shown
    assert f"Commission {vista['pago']['id_pago']}: 10.00 COP to afiliado-001" in shown
    assert f", correlation {correlation_id}\n" in shown
    told = re.findall(
        r"CONVERSION|published on [\w.]+|PagoPendiente  |PagoEnProceso|PagoExitoso  |counted in reports",
        shown.partition("\n\n")[2],
    )
    assert told[:2] == ["CONVERSION", "published on tracking.evt.conversion"]
    for name in ("PagoPendiente  ", "PagoEnProceso", "PagoExitoso  ", "published on payments.evt.completed"):
        assert name in told
    assert len([name for name in told if name.startswith("counted")]) == len(COUNTED)

    # And scripts get the API's answers, all under one correlation id
    document = json.loads(platform.aero("trace", id_evento, "--json").stdout)
    assert document["evento"] == vista
    assert (document["pago"]["monto"], document["pago"]["estado"]) == (10, "EXITOSO")
    assert {paso["correlation_id"] for paso in document["pasos"]} == {correlation_id}
    assert document["pasos"][0]["causation_id"] == id_evento


def test_an_unknown_id_is_refused(platform: Platform) -> None:
    """The command prints one error."""
    unknown = str(uuid4())
    refused = platform.aero("trace", unknown, check=False)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"Error: There is neither a payment nor a tracking event {unknown!r}.\n" in refused.stderr
