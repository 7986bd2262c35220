"""Reports of real payments, in both versions, over the topics and the read model."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import requests

from support.event_collector.on_platform import track
from support.lambda_events import PROJECT
from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform

REPORT = "/api/reports/payments"
VERSION = "/api/reports/version"


def pagar(platform: Platform, monto: float, **fields: Any) -> str:
    """Make a payment, and return its id once it is paid."""
    body = {"id_afiliado": "a", "moneda": "COP", "referencia_pago": f"e2e-{uuid4()}", **fields, "monto": monto}
    id_pago = str(platform.post_pago(body).json()["id_pago"])
    assert platform.final_state(id_pago)["estado"] == "EXITOSO"
    return id_pago


def informe(platform: Platform, *, payments: int, **query: str) -> dict[str, Any]:
    """Return the detailed report once it has `payments` payments."""

    def ready() -> dict[str, Any] | None:
        answer = requests.get(f"{platform.url}{REPORT}", params={"version": "v2", **query}, timeout=30)
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document if document["summary"]["totalPayments"] == payments else None

    return eventually(ready, timeout=30, what=f"report of {payments} payments")


@pytest.fixture
def version(platform: Platform) -> Iterator[None]:
    """Restore the active version after the test."""
    before = platform.get(VERSION).json()
    yield
    put_version(platform, {name: before[name] for name in ("active", "canary")})


def put_version(platform: Platform, body: dict[str, Any]) -> requests.Response:
    """Send `PUT /api/reports/version`."""
    return requests.put(f"{platform.url}{VERSION}", json=body, timeout=30)


def test_a_payment_is_reported_until_it_is_reversed(platform: Platform) -> None:
    """Reports are by campaign and currency; a reversed payment is only in a report of that state."""
    afiliado, campana = f"afiliado-{uuid4()}", str(uuid4())
    pagar(platform, 100.10, id_afiliado=afiliado, id_campana=campana)
    pagar(platform, 7, id_afiliado=afiliado, moneda="USD")
    vuelto = pagar(platform, 0.01, id_afiliado=afiliado)
    detailed = informe(platform, payments=2, id_afiliado=afiliado, estado="COMPLETED")
    assert detailed["summary"] == {
        "totalPayments": 2,
        "totalAmount": 100.11,
        "currency": "COP",
        "avgTicket": 50.06,
        "byStatus": {"PENDING": 0, "COMPLETED": 2, "FAILED": 0},
    }
    assert detailed["breakdown"] == {
        "byCampaign": [
            {"campaignId": campana, "payments": 1, "amount": 100.10},
            {"campaignId": None, "payments": 1, "amount": 0.01},
        ],
        "byCurrency": [{"currency": "USD", "payments": 1, "amount": 7}],
    }
    # When
    url = f"{platform.url}/pagos/{vuelto}/revertir"
    assert requests.patch(url, json={"motivo": "prueba"}, timeout=30).ok
    # Then
    assert informe(platform, payments=1, id_afiliado=afiliado)["summary"]["totalAmount"] == 100.10
    assert informe(platform, payments=1, id_afiliado=afiliado, estado="REVERSED")["summary"]["totalAmount"] == 0.01


def test_each_port_has_its_version(platform: Platform) -> None:
    """The active version does not matter, and both versions agree."""
    afiliado = f"afiliado-{uuid4()}"
    pagar(platform, 20, id_afiliado=afiliado)
    informe(platform, payments=1, id_afiliado=afiliado)
    found = {}
    for port, expected in ((9001, "v1"), (9002, "v2")):
        base = f"http://127.0.0.1:{platform.port(port)}"
        answer = requests.get(f"{base}{REPORT}?id_afiliado={afiliado}", timeout=30)
        assert answer.headers["X-Report-Version"] == expected
        found[expected] = answer.json()
        assert requests.get(f"{base}/health", timeout=30).json()["version"] == expected
        assert requests.get(f"{base}{REPORT}?version=v9", timeout=30).status_code == 422
    assert found["v1"] == {
        "summary": {"totalPayments": 1, "totalAmount": 20, "currency": "COP"},
        "period": {"from": None, "to": None},
    }
    assert found["v1"]["summary"].items() <= found["v2"]["summary"].items()


@pytest.mark.usefixtures("version")
def test_a_switch_needs_no_deploy(platform: Platform) -> None:
    """It takes effect at once, is in the history, and a repetition changes nothing."""
    put_version(platform, {"active": "v1"})
    first = put_version(platform, {"active": "v2", "by": "e2e"}).json()
    again = put_version(platform, {"active": "v2", "by": "another author"}).json()
    assert again == first
    assert (first["active"], first["by"], first["source"]) == ("v2", "e2e", "published")
    assert [entry["active"] for entry in first["history"][:2]] == ["v2", "v1"]

    def seen() -> bool:
        return platform.get(REPORT).headers["X-Report-Version"] == "v2"

    eventually(seen, timeout=2, what="report in version 2")  # by any of the function's processes
    refused = put_version(platform, {"active": "v9"})
    assert refused.status_code == 422
    assert "'v1' o 'v2'" in refused.json()["errores"][0]["mensaje"]
    assert platform.get(VERSION).json()["active"] == "v2"


def test_tracking_events_are_counted_once(platform: Platform) -> None:
    """The CSV has them under the campaign's name; repeated deliveries do not count."""
    campana = {
        "nombre": "Otoño, «2026»",
        "presupuesto": {"monto": 1, "moneda": "COP"},
        "fecha_inicio": "2026-01-01",
        "fecha_fin": "2999-01-01",
        "id_afiliado": "a",
    }
    id_campana = requests.post(f"{platform.url}/campaigns/", json=campana, timeout=30).json()["id"]
    track(platform, id_campana, times=5)

    def counted() -> dict[str, str] | None:
        answer = platform.get(f"{REPORT}.csv?version=v2&id_campana={id_campana}")
        [row] = list(csv.DictReader(answer.content.decode().splitlines())) or [{}]
        return row if {row.get("impressions"), row.get("clicks")} == {"1"} else None

    row = eventually(counted, timeout=60, what="tracked events")
    assert (row["campaignName"], row["payments"], row["conversions"]) == ("Otoño, «2026»", "0", "0")


def test_the_report_is_a_table_too(platform: Platform) -> None:
    """`aero reports show` prints it, and shows the API's own refusals."""
    afiliado = f"afiliado-{uuid4()}"
    pagar(platform, 1234.5, id_afiliado=afiliado)
    informe(platform, payments=1, id_afiliado=afiliado)
    shown = platform.aero("reports", "show", "--affiliate", afiliado).stdout
    assert "1 payment, 1,234.50 COP" in shown
    assert "█" in shown
    assert json.loads(platform.aero("reports", "show", "--affiliate", afiliado, "--json").stdout)["version"] == "v2"
    assert (
        platform.aero("reports", "show", "--affiliate", afiliado, "--csv")
        .stdout.splitlines()[1]
        .startswith('"",1,1234.50,"COP"')
    )
    refused = platform.aero("reports", "show", "--from", "ayer", check=False)
    assert refused.returncode == 1
    assert "fecha_desde debe ser una fecha ISO 8601" in refused.stderr


def test_health_tells_how_up_to_date_reports_are(platform: Platform) -> None:
    """The lag is that of the latest event."""
    afiliado = f"afiliado-{uuid4()}"
    pagar(platform, 5, id_afiliado=afiliado)
    informe(platform, payments=1, id_afiliado=afiliado)
    health = platform.get("/api/reports/health").json()
    assert health["status"] == "healthy"
    assert health["dependencies"] == {"postgresql": "ok", "parameterStore": "ok", "connector": "ok"}
    assert health["readModel"]["sources"]["pagos"]["type"] in {"PagoPendiente", "PagoExitoso"}
    assert 0 <= health["readModel"]["lagMilliseconds"] < 30_000


def test_a_wrong_read_model_is_found_and_rebuilt(platform: Platform) -> None:
    """It goes on serving until the differences are accepted; then the new one replaces it."""
    afiliado = f"afiliado-{uuid4()}"
    id_pago = pagar(platform, 10, id_afiliado=afiliado)
    informe(platform, payments=1, id_afiliado=afiliado)
    platform.sql("update reportes.pagos set monto = 99 where id = %s", id_pago)
    assert informe(platform, payments=1, id_afiliado=afiliado)["summary"]["totalAmount"] == 99
    # When
    found = rebuild(platform, "--only-compare", check=False)
    # Then
    assert found.returncode == 1
    differences = {difference["table"]: difference for difference in json.loads(found.stdout)["differences"]}
    assert (differences["pagos"]["only_old"], differences["pagos"]["only_new"]) == (1, 1)
    assert any(id_pago in example for example in differences["pagos"]["examples"])
    assert informe(platform, payments=1, id_afiliado=afiliado)["summary"]["totalAmount"] == 99
    # When
    accepted = json.loads(rebuild(platform, "--accept-differences").stdout)
    # Then
    assert accepted["switched"]
    assert informe(platform, payments=1, id_afiliado=afiliado)["summary"]["totalAmount"] == 10
    assert platform.sql("select estado from reportes.generaciones") == [("vigente",)]


def test_the_next_rebuild_cleans_up_a_killed_one(platform: Platform) -> None:
    """The old generation goes on serving until the next rebuild replaces it."""
    afiliado = f"afiliado-{uuid4()}"
    pagar(platform, 10, id_afiliado=afiliado)
    [(serving,)] = platform.sql("select numero from reportes.generaciones")
    killed = subprocess.Popen(
        ["aero", "reports", "rebuild"], cwd=PROJECT, env=platform.environment, stdout=subprocess.DEVNULL
    )
    eventually(lambda: len(generations(platform)) == 2, timeout=30, what="new generation")
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    assert generations(platform)[serving] == "vigente"
    pagar(platform, 11, id_afiliado=afiliado)  # projected into both generations, served from the old one
    assert informe(platform, payments=2, id_afiliado=afiliado)["summary"]["totalAmount"] == 21
    # When
    assert json.loads(rebuild(platform).stdout)["switched"]
    # Then
    [(number, state)] = generations(platform).items()
    assert (number > serving, state) == (True, "vigente")
    assert informe(platform, payments=2, id_afiliado=afiliado)["summary"]["totalAmount"] == 21


def rebuild(platform: Platform, *options: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run `aero reports rebuild --json`."""
    return platform.aero("reports", "rebuild", "--json", *options, check=check, timeout=180)


def generations(platform: Platform) -> dict[int, str]:
    """Return the state of each generation."""
    return dict(platform.sql("select numero, estado from reportes.generaciones"))
