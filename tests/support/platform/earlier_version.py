"""An earlier version of the platform: its checkout, the work done with it, and the state it leaves behind."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pulsar
import requests

from aero.platform.paths import Paths
from support.lambda_events import PROJECT
from support.platform.platform import Platform, eventually

AFFILIATE: Final = "afiliado-de-antes"
CALM: Final = ("gateway", "--calm")


@dataclass(frozen=True)
class EarlierPlatform(Platform):
    """A platform run by the `aero` of another checkout."""

    checkout: Path

    @cached_property
    def environment(self) -> dict[str, str]:
        """The environment with that checkout's programs first, from its own virtual environment."""
        mine = {name: value for name, value in super().environment.items() if name != "VIRTUAL_ENV"}
        return mine | {"PATH": f"{self.checkout / '.venv/bin'}{os.pathsep}{os.environ['PATH']}"}


class Client:
    """A user of a platform, who sends requests and reads the results."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """Return the answer's document; fails unless the request succeeds."""
        answer = requests.request(method, f"{self.platform.url}{path}", json=body, headers=headers, timeout=60)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def get(self, path: str) -> Any:
        """Return the document at that path."""
        return self.send("GET", path)

    def pay(self, reference: str, *, monto: float = 100.50, key: str | None = None) -> str:
        """Post a payment, under the idempotency key if given; returns its id."""
        headers = {"Idempotency-Key": key} if key else {}
        body = {"id_afiliado": AFFILIATE, "monto": monto, "moneda": "COP", "referencia_pago": reference}
        document = self.send("POST", "/pagos/", body, **headers)
        return str(document["id_pago"])

    def track(self, tipo_evento: str, sender_id: str, **fields: object) -> str:
        """Post a tracking event; returns its id."""
        body = {"tipo_evento": tipo_evento, "id_afiliado": AFFILIATE, "id_evento_cliente": sender_id, **fields}
        return str(self.send("POST", "/event-collector/events", body)["id_evento"])

    def convert(self, order: str) -> str:
        """Post a conversion of 100.50 COP; returns its id."""
        return self.track("CONVERSION", order, valor_conversion=100.50, moneda="COP")

    def event_reaches(self, id_evento: str, estado: str) -> None:
        """Wait until an event has that state."""
        path = f"/event-collector/events/{id_evento}/status"
        eventually(lambda: self.get(path)["estado"] == estado, timeout=60, what=f"{estado} of {id_evento}")


@dataclass
class Left:
    """The state left by the earlier version when it was stopped."""

    home: Path
    offset: int
    paths: dict[str, Any]  # the API's answer at each path
    payments: dict[str, str]  # ids by their state
    events: dict[str, str]
    charges: dict[str, int]
    affiliates: str
    dead_letters: str


def checkout(version: str) -> Path:
    """Check out the earlier version with its dependencies, below `.aero/cache`, which the database's user can read."""
    commit = _git(PROJECT, "rev-parse", "--verify", f"{version}^{{commit}}").strip()
    folder = Paths.from_env().cache / "before" / commit
    if not folder.exists():
        _git(PROJECT, "clone", "--quiet", "--no-checkout", str(PROJECT), str(folder))
        _git(folder, "checkout", "--quiet", "--detach", commit)
    subprocess.run(["make", "--silent", "-C", folder, "install"], check=True, env=_environment_of_a_shell())
    return folder


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", folder, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def _environment_of_a_shell() -> dict[str, str]:
    """Return our environment without the variables that `make` and the virtual environment add for this project."""
    return {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "MAKEFLAGS", "BEFORE"}}


def work_with(platform: Platform) -> Left:
    """Finish work of every kind and leave work of every kind under way, then stop the broker."""
    client = Client(platform)
    platform.aero("affiliates", "add", "conocido", "--limit", "600")
    platform.aero("affiliates", "key", "conocido")
    platform.aero(*CALM)
    payments = {"paid": client.pay("pagado"), "with a key": client.pay("con-clave", key="clave-1")}
    payments["reversed"] = client.pay("revertido", monto=20)
    for id_pago in payments.values():
        assert platform.final_state(id_pago)["estado"] == "EXITOSO"
    client.send("PATCH", f"/pagos/{payments['reversed']}/revertir", {"motivo": "devolución"})
    platform.aero(*CALM, "--decline", "1.0")
    payments["declined"] = client.pay("rechazado")
    assert platform.final_state(payments["declined"])["estado"] == "FALLIDO"
    platform.aero(*CALM)

    campaigns = [_campaign(client, "activa"), _campaign(client, "creada")]
    client.send("PATCH", f"/campaigns/{campaigns[0]}/activate", {})
    events = {"click": client.track("CLICK", "clic-1", id_campana=campaigns[0]), "paid": client.convert("orden-1")}
    for id_evento in events.values():
        client.event_reaches(id_evento, "PROCESADO")
    commission = str(client.get(f"/event-collector/events/{events['paid']}/status")["pago"]["id_pago"])
    platform.final_state(commission)
    payments["commission"] = commission
    client.send("PUT", "/api/reports/version", {"active": "v2"})
    _send_an_unreadable_event(platform)
    dead_letters = eventually(lambda: platform.aero("dlq", "list", "--json").stdout, timeout=60, what="dead letter")

    until = datetime.now(UTC).isoformat()
    _until_reports_have_counted(client, until, COMPLETED=3, REVERSED=1)

    platform.aero(*CALM, "--timeout", "1.0")
    payments["unknown"] = client.pay("desconocido")
    eventually(lambda: platform.pago(payments["unknown"])["estado"] == "PROCESANDO", timeout=30, what="PROCESANDO")
    paths = {path: client.get(path) for path in _paths(payments, campaigns, events, until)}
    left = Left(
        home=platform.home,
        offset=platform.offset,
        paths=paths,
        payments=payments,
        events=events,
        charges=platform.charges(),
        affiliates=platform.aero("affiliates", "list", "--json").stdout,
        dead_letters=dead_letters,
    )
    platform.aero("stop", "pulsar")
    payments["waiting"] = client.pay("en-espera")
    events["waiting"] = client.convert("orden-2")
    return left


def _campaign(client: Client, nombre: str) -> str:
    body = {
        "nombre": nombre,
        "presupuesto": {"monto": 1000.50, "moneda": "USD"},
        "fecha_inicio": "2026-01-01",
        "fecha_fin": "2036-01-01",
        "id_afiliado": AFFILIATE,
    }
    return str(client.send("POST", "/campaigns/", body, **{"Idempotency-Key": nombre})["id"])


def _send_an_unreadable_event(platform: Platform) -> None:
    broker = pulsar.Client(f"pulsar://127.0.0.1:{platform.port(6650)}")
    try:
        broker.create_producer("persistent://public/default/tracking.evt.click").send(b"{")
    finally:
        broker.close()


def _until_reports_have_counted(client: Client, until: str, **payments: int) -> None:
    def counted() -> bool:
        reports = {estado: client.get(_report(estado, "v1", until)) for estado in payments}
        return {estado: report["summary"]["totalPayments"] for estado, report in reports.items()} == payments

    eventually(counted, timeout=30, what=f"reports of {payments}")


def _report(estado: str, version: str, until: str) -> str:
    return f"/api/reports/payments?fecha_desde=2026-01-01&fecha_hasta={quote(until)}&estado={estado}&version={version}"


def _paths(payments: dict[str, str], campaigns: list[str], events: dict[str, str], until: str) -> list[str]:
    """Return the paths whose documents show the data, without times and without work under way."""
    finished = [id_pago for what, id_pago in payments.items() if what != "unknown"]
    return [
        *(f"/pagos/{id_pago}{part}" for id_pago in finished for part in ("", "/trazabilidad")),
        *(f"/campaigns/{id_campana}{part}" for id_campana in campaigns for part in ("", "/metrics")),
        f"/campaigns/?id_afiliado={AFFILIATE}",
        "/campaigns/stats/general",
        *(f"/event-collector/events/{id_evento}/status" for id_evento in events.values()),
        *(_report(estado, version, until) for estado in ("COMPLETED", "REVERSED") for version in ("v1", "v2")),
    ]
