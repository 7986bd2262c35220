"""The connector's operation: waiting events, dead letters and parked events, and their mending."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import requests

from pulsar_connector.broker.pulsar_client import Producers, pulsar_client
from support.platform.platform import eventually

if TYPE_CHECKING:
    from support.platform.platform import Platform

EVENT = """
    insert into pagos.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at)
    values ('{event}', 'Pago', '{aggregate}', {version}, 'PagoFallido', '{payload}', '{{}}', now())
    """
MENDED = "update pagos.outbox set payload = '{{}}' where id = '{event}'"


def status(platform: Platform) -> dict[str, Any]:
    """Return the document of `aero status --json`."""
    found: dict[str, Any] = platform.status()
    return found


def dead_letters(platform: Platform) -> list[dict[str, Any]]:
    """Return the letters of `aero dlq list --json`."""
    return [json.loads(line) for line in platform.aero("dlq", "list", "--json").stdout.splitlines()]


def test_a_poison_message_is_listed_shown_and_redriven(platform: Platform) -> None:
    """Its bytes are unchanged; redriven to its consumer, it fails again and becomes a new letter."""
    poison = b"\xfe not an envelope " + uuid4().hex.encode()
    with pulsar_client(f"pulsar://127.0.0.1:{platform.port(6650)}") as client:
        Producers(client).get("payments.evt.pending").send(poison)

    def found() -> dict[str, Any] | None:
        ours = (letter for letter in dead_letters(platform) if letter["size"] == len(poison))
        return next((letter for letter in ours if letter["mapping"] == "procesar-pagos"), None)

    letter = eventually(found, timeout=30, what="dead letter")
    assert letter["topic"] == "payments.evt.pending"
    assert letter["reason"].startswith("malformed envelope")
    assert letter["id"] in platform.aero("dlq", "list").stdout
    shown = platform.aero("dlq", "show", letter["id"]).stdout
    assert "malformed envelope" in shown
    assert "\\xfe not an envelope" in shown
    assert platform.aero("dlq", "redrive", letter["id"]).stdout == "1 letter sent back to payments.evt.pending.\n"
    again = eventually(found, timeout=30, what="the letter again")
    assert again["id"] != letter["id"]
    assert platform.aero("dlq", "redrive", letter["id"], check=False).returncode == 1
    assert eventually(lambda: status(platform)["dead_letters"]["payments.DLQ"], timeout=20, what="count") >= 1
    missing = platform.aero("dlq", "show", "payments.DLQ:0:0", check=False)
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "There is no dead letter 'payments.DLQ:0:0'" in missing.stderr


def test_a_letter_is_listed_redriven_and_discarded_by_the_api(platform: Platform) -> None:
    """The mapping counts it while it waits; the redriven letter fails again, and its successor is discarded."""
    poison = b"\xfe" + uuid4().bytes * 3
    letters = "/connector/dead-letters"
    with pulsar_client(f"pulsar://127.0.0.1:{platform.port(6650)}") as client:
        Producers(client).get("payments.evt.pending").send(poison)

    def waiting() -> dict[str, Any] | None:
        page = platform.get(f"{letters}?mapeo=seguir-comisiones&limite=500").json()
        return next((carta for carta in page["cartas"] if carta["tamano"] == len(poison)), None)

    carta = eventually(waiting, timeout=30, what="dead letter")
    assert (carta["estado"], carta["topico"], carta["impedimento"]) == ("PENDIENTE", "payments.evt.pending", None)
    mapeos = {mapeo["nombre"]: mapeo for mapeo in platform.get("/connector/mappings").json()["mapeos"]}
    assert mapeos["seguir-comisiones"]["cartas"] >= 1
    assert mapeos["seguir-comisiones"]["retraso"] is not None
    whole = platform.get(f"{letters}/{carta['id']}").json()
    assert b64decode(whole["contenido_base64"]) == poison
    assert requests.post(f"{platform.url}{letters}/{carta['id']}/redrive", timeout=60).status_code == 202
    eventually(
        lambda: platform.get(f"{letters}/{carta['id']}").json()["estado"] == "REENVIADA", timeout=30, what="redrive"
    )
    again = eventually(waiting, timeout=30, what="the letter again")
    assert again["id"] != carta["id"]
    assert requests.delete(f"{platform.url}{letters}/{again['id']}", timeout=60).status_code == 200
    assert requests.post(f"{platform.url}{letters}/{again['id']}/redrive", timeout=60).status_code == 409
    assert {outbox["nombre"] for outbox in platform.get("/connector/outboxes").json()["outboxes"]} == {
        "campanas", "event_collector", "pagos",
    }  # fmt: skip


def test_a_parked_event_is_found_and_released(platform: Platform) -> None:
    """It blocks only its aggregate; once mended, it and the later event are published."""
    bad, good, aggregate = str(uuid4()), str(uuid4()), str(uuid4())
    for version, (event_id, payload) in enumerate([(bad, "[]"), (good, '{"monto": 1}')], start=1):
        row = EVENT.format(event=event_id, aggregate=aggregate, version=version, payload=payload)
        platform.aero("psql", "-q", "-c", row)

    def parked() -> dict[str, Any] | None:
        events = json.loads(platform.aero("outbox", "parked", "--json").stdout)
        return next((event for event in events if event["id"] == bad), None)

    event = eventually(parked, timeout=30, what="parked event")
    assert (event["reason"], event["waiting"]) == ("invalid event: data: must be a JSON object", 1)
    outbox = status(platform)["outboxes"]["pagos"]
    assert (outbox["parked"], outbox["waiting"]) == (1, 1)
    assert "aero outbox parked" in platform.aero("status", check=False).stdout
    assert bad in platform.aero("outbox", "parked").stdout
    platform.aero("psql", "-q", "-c", MENDED.format(event=bad))
    assert platform.aero("outbox", "release", bad).stdout == "1 event released.\n"
    eventually(lambda: not status(platform)["outboxes"]["pagos"]["waiting"], timeout=20, what="empty outbox")
    assert platform.aero("outbox", "parked").stdout == "No event is parked.\n"


def test_the_status_shows_the_broker(platform: Platform) -> None:
    """The status has topics with partitions, their subscriptions, and the dead letter topics."""

    def consumed() -> dict[str, Any] | None:
        found = status(platform)
        [pending] = [topic for topic in found["topics"] if topic["topic"] == "payments.evt.pending"]
        assert pending["partitions"] == 3
        return found if any(part["name"] == "procesar-pagos" for part in pending["subscriptions"]) else None

    told = eventually(consumed, timeout=30, what="subscription of procesar-pagos")
    assert set(told["dead_letters"]) == {"campaigns.DLQ", "payments.DLQ", "tracking.DLQ"}
    assert set(told["outboxes"]["pagos"]) == {"waiting", "oldest_seconds", "parked"}
    assert "Dead letters in payments.DLQ" in platform.aero("status", check=False).stdout


def test_metrics_are_in_the_log_of_the_relay(platform: Platform) -> None:
    """`aero logs` shows CloudWatch's metrics in short."""
    platform.post_pago(
        {"id_afiliado": "afiliado-001", "monto": 10, "moneda": "COP", "referencia_pago": f"metric-{uuid4()}"}
    )

    def told() -> bool:
        text = platform.aero("logs", "relay", "bridge").stdout
        return "metrics outbox=pagos" in text and "metrics mapping=procesar-pagos" in text

    eventually(told, timeout=60, what="metrics")
