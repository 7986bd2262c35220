"""The output of `aero trace` for a payment, and for a tracking event with its commission's payment."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

import pytest
from rich.console import Console
from typer.testing import CliRunner

from aero.cli.app import app
from aero.operate.traces.event_trace import EventTrace
from aero.operate.traces.function_lines import counted_in_reports
from aero.operate.traces.lookup import trace_of
from aero.operate.traces.timeline import show
from aero.platform.errors import AeroError
from aero.platform.ports import PortTable
from aero.process.process_id import ProcessId
from aero.process.run_record import RunRecord
from support.aero.fake_api import FakeApi, fake_api
from support.aero.fake_emulator import FakeEmulator

if TYPE_CHECKING:
    from aero.platform.aws import Emulator
    from aero.platform.paths import Paths

BEGAN: Final = "2026-11-26T12:00:00+00:00"
EVENT: Final[dict[str, Any]] = {
    "id_evento": "e-1", "estado": "PROCESADO", "tipo_evento": "CONVERSION", "id_afiliado": "afiliado-001",
    "id_campana": "c-1", "valor_conversion": 0, "moneda": "COP", "fuente_evento": "API_DIRECT",
    "topic_destino": "tracking.evt.conversion", "fecha_recepcion": BEGAN,
    "fecha_publicacion": "2026-11-26T12:00:00.040+00:00",
    "pago": {"id_pago": "p-1", "estado": "EXITOSO", "mensaje_error": None},
    "fallos": [], "reintentos": 0, "hash_evento": "00", "correlation_id": "mine",
}  # fmt: skip
EVENT_BODY: Final = json.dumps(EVENT).replace('"valor_conversion": 0', '"valor_conversion": 100.50')
CLICK: Final = EVENT | {
    "tipo_evento": "CLICK", "id_campana": None, "valor_conversion": None, "moneda": None, "pago": None,
    "topic_destino": "tracking.evt.click",
}  # fmt: skip
PAYMENT_BODY: Final = (
    '{"id": "p-1", "monto": 10.10, "moneda": "COP", "id_afiliado": "afiliado-001", "referencia_pago": "comision-e-1",'
    ' "estado": "REVERSADO"}'
)


def un_paso(evento: str, estado: str, milliseconds: int, **change: Any) -> dict[str, Any]:
    """Build a step of the payment, this long after the event's acceptance."""
    nothing = dict.fromkeys(("topico", "fecha_publicacion", "intento", "referencia_pasarela", "detalle"))
    return {
        **nothing, "evento": evento, "estado": estado, "id_evento": f"id-{evento}", "correlation_id": "mine",
        "fecha": after(milliseconds).isoformat(), **change,
    }  # fmt: skip


def after(milliseconds: int) -> datetime:
    """Return the instant this long after the event's acceptance."""
    return datetime.fromisoformat(BEGAN) + timedelta(milliseconds=milliseconds)


STEPS: Final = [
    un_paso("PagoPendiente", "PENDIENTE", 60,
            topico="payments.evt.pending", fecha_publicacion=after(80).isoformat()),
    un_paso("PagoSinRespuesta", "PROCESANDO", 150, intento=1, detalle="APIConnectionError",
            fecha_pregunta=after(90).isoformat(), consultado_antes=False),
    un_paso("PagoExitoso", "EXITOSO", 200, intento=2, referencia_pasarela="tr_1",
            fecha_pregunta=after(180).isoformat(), consultado_antes=True),
    un_paso("PagoRevertido", "REVERSADO", 90_000, detalle="un \x1b[31merror", correlation_id="another"),
]  # fmt: skip

COUNTED: Final = {
    "status": "REVERSED", "countedAt": after(90_010).isoformat(), "event": {"id": "id-PagoRevertido", "version": 3},
}  # fmt: skip


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """Serve the event e-1 and its payment p-1."""
    answers = {
        "/event-collector/events/e-1/status": (200, EVENT_BODY),
        "/pagos/p-1": (200, PAYMENT_BODY),
        "/pagos/p-1/trazabilidad": (200, json.dumps({"pasos": STEPS})),
        "/api/reports/payments/p-1": (200, json.dumps(COUNTED)),
    }
    with fake_api(answers) as started:
        yield started


def the_event(api: FakeApi) -> EventTrace:
    """Return the trace of e-1."""
    return EventTrace.of(api.url, "e-1")


def logged(emulator: FakeEmulator, milliseconds: int, **document: str) -> None:
    """Write the log line of `proyectar-reportes` for a processed event."""
    line = {"message": "event processed", "correlation_id": "mine", **document}
    emulator.log("proyectar-reportes", json.dumps(line), at=after(milliseconds))


def drawn(trace: Any, *, emulator: FakeEmulator | None = None) -> list[str]:
    """Return the printed lines; with a log, they include when reports counted the event."""
    console = Console(width=40)
    counted = counted_in_reports(trace, cast("Emulator", emulator)) if emulator else ()
    with console.capture() as capture:
        show(trace, [*trace.moments(), *counted], console)
    return capture.get().splitlines()


def test_a_conversion_is_drawn_from_its_acceptance_to_the_reports(api: FakeApi) -> None:
    """Each step of its payment is shown by time, and control characters are escaped."""
    # Given a log with its events, one of them delivered twice, and with unrelated lines
    emulator = FakeEmulator(functions=("proyectar-reportes",))
    logged(emulator, 45, event_id="e-1", event_type="ConversionRegistrada")
    logged(emulator, 210, event_id="id-PagoExitoso", event_type="PagoExitoso")
    logged(emulator, 55, event_id="another's", event_type="ClickRegistrado")
    logged(emulator, 65, event_id="id-PagoPendiente", event_type="PagoPendiente", message="event not processed")
    logged(emulator, 70, event_id="id-PagoPendiente", event_type="PagoPendiente")
    logged(emulator, 75, event_id="id-PagoPendiente", event_type="PagoPendiente")
    logged(emulator, 90_010, event_id="id-PagoRevertido", event_type="PagoRevertido", correlation_id="another")
    emulator.log("proyectar-reportes", "REPORT RequestId: mine", at=after(50))
    # Then the timeline shows each event once
    assert drawn(the_event(api), emulator=emulator) == [
        "e-1: CONVERSION of afiliado-001 by API_DIRECT, campaign c-1, worth 100.50 COP, PROCESADO",
        "Commission p-1: 10.10 COP to afiliado-001, comision-e-1, REVERSADO",
        "Accepted 2026-11-26T12:00:00+00:00, correlation mine, another",
        "",
        "      +0 ms  ● CONVERSION            RECIBIDO     event e-1",
        "     +40 ms  │   published on tracking.evt.conversion",
        "     +45 ms  │   counted in reports: ConversionRegistrada (log of proyectar-reportes)",
        "     +60 ms  ● PagoPendiente         PENDIENTE    event id-PagoPendiente",
        "     +80 ms  │   published on payments.evt.pending",
        "     +90 ms  │   asked the gateway, attempt 1",
        "    +150 ms  ● PagoSinRespuesta      PROCESANDO   attempt 1  APIConnectionError  event id-PagoSinRespuesta",
        "    +180 ms  │   asked the gateway, attempt 2, first whether it had paid",
        "    +200 ms  ● PagoExitoso           EXITOSO      attempt 2  tr_1  event id-PagoExitoso",
        r"    +90.0 s  ● PagoRevertido         REVERSADO    un \x1b[31merror  event id-PagoRevertido",
        "    +90.0 s  │   counted in reports as REVERSED by event id-PagoRevertido",
    ]


@pytest.mark.parametrize("width", [80, 100])
def test_no_id_is_broken_on_a_narrow_terminal(api: FakeApi, width: int) -> None:
    """Lines break between words, and continue below the first word."""
    long_id = "01a2172f-0000-7000-8000-000000000001"
    answer = CLICK | {"id_evento": long_id, "correlation_id": long_id}
    api.answers["/event-collector/events/e-1/status"] = (200, json.dumps(answer))
    console = Console(width=width, force_terminal=True, color_system=None, no_color=True)
    with console.capture() as capture:
        show(the_event(api), the_event(api).moments(), console)
    lines = capture.get().splitlines()
    assert all(len(line) <= width for line in lines)
    assert sum(long_id in line for line in lines) == 3


def test_a_failed_event_is_drawn_with_its_reason(api: FakeApi) -> None:
    """It says where it failed and how often it was published again; an unpublished event has no publication."""
    fallo = {"consumidor": "relay", "motivo": "[red]too\x1b large", "topico": None, "fecha": after(12_000).isoformat()}
    failed = CLICK | {"estado": "FALLIDO", "reintentos": 2, "fecha_publicacion": None, "fallos": [fallo]}
    api.answers["/event-collector/events/e-1/status"] = (200, json.dumps(failed))
    assert drawn(the_event(api)) == [
        "e-1: CLICK of afiliado-001 by API_DIRECT, FALLIDO, published again 2 times",
        "Accepted 2026-11-26T12:00:00+00:00, correlation mine",
        "",
        "      +0 ms  ● CLICK                 RECIBIDO     event e-1",
        r"    +12.0 s  │   failed at relay: [red]too\x1b large",
    ]


def test_a_payment_is_drawn_from_its_own_acceptance(api: FakeApi) -> None:
    """Times are since the payment's acceptance, not the event's."""
    lines = drawn(trace_of(api.url, "p-1"))
    assert lines[:2] == [
        "p-1: 10.10 COP to afiliado-001, comision-e-1, REVERSADO",
        "Accepted 2026-11-26T12:00:00.060000+00:00, correlation mine, another",
    ]
    assert lines[3:5] == [
        "      +0 ms  ● PagoPendiente         PENDIENTE    event id-PagoPendiente",
        "     +20 ms  │   published on payments.evt.pending",
    ]


@pytest.mark.parametrize("answer", [(404, '{"detail":"No."}'), (503, '{"detail":"No."}')])
def test_a_payment_missing_in_reports_is_drawn_without_them(api: FakeApi, answer: tuple[int, str]) -> None:
    """Reports may count it later, or may not answer."""
    api.answers["/api/reports/payments/p-1"] = answer
    lines = drawn(trace_of(api.url, "p-1"))
    assert "PagoRevertido" in lines[-1]
    assert not any("counted" in line for line in lines)


def test_scripts_get_the_apis_answers(api: FakeApi) -> None:
    """A payment gives its steps; an event gives itself and, if there is one, its payment with the steps."""
    assert trace_of(api.url, "p-1").document == STEPS
    document = trace_of(api.url, "e-1").document
    assert list(document) == ["evento", "pago", "pasos"]
    assert str(document["evento"]["valor_conversion"]) == "100.50"
    assert (document["pago"]["id"], document["pasos"]) == ("p-1", STEPS)
    api.answers["/event-collector/events/e-1/status"] = (200, json.dumps(CLICK))
    assert trace_of(api.url, "e-1").document == {"evento": CLICK, "pago": None, "pasos": []}


def test_an_empty_id_is_quoted(api: FakeApi) -> None:
    """Without quotes the reader would not see that it is empty."""
    with pytest.raises(AeroError, match=r"^There is neither a payment nor a tracking event ''\.$"):
        trace_of(api.url, "")


def test_an_unknown_id_is_one_error(api: FakeApi) -> None:
    """The error names the kinds of ids and their origin."""
    with pytest.raises(AeroError, match=r"^There is neither a payment nor a tracking event 'x/1'\.$") as refused:
        trace_of(api.url, "x/1")
    assert "id_evento" in refused.value.cure
    assert api.asked == ["/pagos/x%2F1/trazabilidad", "/event-collector/events/x%2F1/status"]


@pytest.mark.parametrize("path", ["/pagos/e-1/trazabilidad", "/event-collector/events/e-1/status"])
def test_an_unavailable_api_is_not_an_unknown_id(api: FakeApi, path: str) -> None:
    """A 503 does not say that there is no such payment or event."""
    api.answers[path] = (503, '{"detail":"La base de datos no responde."}')
    with pytest.raises(AeroError, match=r"The API answers 503: La base de datos no responde\."):
        trace_of(api.url, "e-1")


def test_without_the_functions_log_the_rest_is_drawn(api: FakeApi, paths: Paths) -> None:
    """A warning says so, and the command succeeds. With --json there is no warning."""
    offset = int(api.url.rpartition(":")[2]) - PortTable()["api"].number
    record = RunRecord(
        aero=ProcessId.of(os.getpid()), status="running", port_offset=offset, endpoint="http://127.0.0.1:9"
    )
    record.write(paths.run_file)
    drawing = CliRunner().invoke(app, ["trace", "e-1"], env={"AERO_HOME": str(paths.home)})
    assert drawing.exit_code == 0
    assert "published on tracking.evt.conversion" in drawing.stdout
    assert "PagoExitoso" in drawing.stdout
    assert "counted in reports: " not in drawing.stdout
    assert "counted in reports as REVERSED" in drawing.stdout
    assert (
        "counting in reports is missing, since the functions' log cannot be read: Could not connect" in drawing.stderr
    )
    for_scripts = CliRunner().invoke(app, ["trace", "e-1", "--json"], env={"AERO_HOME": str(paths.home)})
    assert (for_scripts.exit_code, for_scripts.stderr) == (0, "")
    assert '"valor_conversion": 100.50' in for_scripts.stdout
    assert json.loads(for_scripts.stdout)["pago"]["estado"] == "REVERSADO"
