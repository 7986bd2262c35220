"""A sample's objects exist before a function gets it, and an id shared by samples has one meaning."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from aero.operate.samples import Prepared, prepare
from aero.platform.errors import AeroError
from support.aero.fake_api import FakeApi, fake_api
from support.lambda_events import EVENTS

CAMPANA, PAGO, PAGO_DE_CAMPANA, EVENTO, COMISION = (
    "5f2b1c9e-3a57-4d0b-9a55-0d6f0c1b7e21",
    "5d0f9d53-4a4c-4a8e-9c6f-0a1b2c3d4e5f",
    "c59f7639-1f6a-4c3f-8f52-1b5a4f0f9a03",
    "0f8fad5b-d9cb-469f-a165-70867728950e",
    "c59f7639-1f6a-4c3f-8f52-1b5a4f0f9a04",
)
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
REFERENCES = EVENTS / "references.json"
SAMPLES = [path for path in sorted(EVENTS.glob("*/*.json")) if path.parent.name != "contracts"]


class EventStore:
    """A database connection that finds one event of any aggregate."""

    def __init__(self) -> None:
        self.asked: list[Sequence[str]] = []

    def execute(self, _query: Any, parameters: Sequence[str]) -> EventStore:
        """Record the requested aggregate and type."""
        self.asked.append(parameters)
        return self

    def fetchone(self) -> tuple[Any, ...]:
        """Return the event's row."""
        subject, kind = self.asked[-1]
        return ("e-1", subject, 3, kind, '{"monto": 7.00}', {"correlation_id": "c-1"}, datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """Serve payments, campaigns and events, each kind with one fixed id."""
    evento = str(uuid4())
    with fake_api(
        {
            "/campaigns/": (200, json.dumps({"id": str(uuid4())})),
            "/pagos/": (200, json.dumps({"id_pago": str(uuid4())})),
            "/event-collector/events": (201, json.dumps({"id_evento": evento})),
            f"/event-collector/events/{evento}/status": (200, json.dumps({"pago": {"id_pago": str(uuid4())}})),
        }
    ) as api:
        yield api


def made_for(text: str, api: FakeApi, store: EventStore | None = None) -> Prepared:
    """Return the prepared event."""
    connect: Any = lambda: store or EventStore()  # noqa: E731
    return prepare(text.encode(), references=REFERENCES, api_url=api.url, connect=connect)


def test_an_event_without_references_is_unchanged(api: FakeApi) -> None:
    """Its bytes stay the same, and nothing is made."""
    prepared = made_for('{"httpMethod":  "GET", "n": 1.50}', api)
    assert (prepared.event, prepared.made, prepared.writes) == (b'{"httpMethod":  "GET", "n": 1.50}', (), "")
    assert api.asked == []


def test_the_objects_of_a_request_are_made_first(api: FakeApi) -> None:
    """The made object's id replaces the sample's."""
    prepared = made_for(json.dumps({"httpMethod": "GET", "path": f"/pagos/{PAGO}"}), api)
    [made] = api.answers["/pagos/"][1:]
    assert json.loads(prepared.event)["path"] == f"/pagos/{json.loads(made)['id_pago']}"
    assert api.asked == ["/pagos/"]


def test_dependencies_of_objects_are_made_first(api: FakeApi) -> None:
    """A campaign's payment needs the campaign; a commission follows from its conversion."""
    made_for(PAGO_DE_CAMPANA.join('""'), api)
    assert api.asked == ["/campaigns/", "/pagos/"]
    api.asked.clear()
    made_for(COMISION.join('""'), api)
    assert [path.rpartition("/")[2] for path in api.asked] == ["events", "status"]


def test_a_topics_sample_is_replaced_by_a_real_event(api: FakeApi) -> None:
    """It has the id, version, time and data from the event store, so that it takes no second effect."""
    store = EventStore()
    sample = json.loads((EVENTS / "procesar-pagos/pago-pendiente.json").read_text())
    [record] = json.loads(made_for(json.dumps(sample), api, store).event)["Records"]
    body = json.loads(record["body"])
    assert store.asked == [[body["subject"], "PagoPendiente"]]
    assert (body["id"], body["sequence"], body["data"]) == ("e-1", 3, {"monto": 7.0})
    assert record["md5OfBody"] == hashlib.md5(record["body"].encode()).hexdigest()  # noqa: S324 - SQS uses MD5


def test_a_payments_settlement_is_waited_for(api: FakeApi) -> None:
    """A consumer of settled payments gets no event of an unsettled one."""

    class Processing(EventStore):
        def fetchone(self) -> tuple[Any, ...]:
            row = super().fetchone()
            return row if len(self.asked) > 1 else (*row[:3], "PagoEnProceso", *row[4:])

    sample = (EVENTS / "metricas-campanas/mezcla.json").read_text()
    types = [json.loads(record["body"])["type"] for record in json.loads(sample)["Records"]]
    records = json.loads(made_for(sample, api, Processing()).event)["Records"]
    assert [json.loads(record["body"])["type"] for record in records] == types


def test_the_apis_refusal_is_shown(api: FakeApi) -> None:
    """The error has the API's reason."""
    api.answers["/pagos/"] = (503, '{"detail":"La base de datos no responde."}')
    with pytest.raises(AeroError, match="La base de datos no responde"):
        made_for(PAGO.join('""'), api)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"httpMethod": "GET", "path": "/pagos/1"}, ""),
        ({"httpMethod": "POST", "path": "/pagos/"}, "POST /pagos/ changes the platform's data"),
        ({"detail-type": "Scheduled Event"}, ""),
    ],
)
def test_a_writing_request_is_announced(api: FakeApi, document: dict[str, str], said: str) -> None:
    """The operator reads it before the function is called."""
    assert made_for(json.dumps(document), api).writes == said


def test_a_changed_setting_can_be_restored(api: FakeApi) -> None:
    """A sample's canary would be served for ever, so the command that restores the earlier setting is shown."""
    canary = {"version": "v2", "percent": 25}
    api.answers["/api/reports/version"] = (200, json.dumps({"active": "v1", "canary": canary, "by": "ana"}))
    sample = (EVENTS / "reportes-api/put-version.json").read_text()
    undo = made_for(sample, api).undo
    assert undo.startswith(f"curl -X PUT {api.url}/api/reports/version ")
    assert json.loads(undo.partition("-d ")[2].strip("'")) == {"active": "v1", "canary": canary}
    assert made_for(sample.replace("PUT", "GET"), api).undo == ""


def test_samples_refer_only_to_objects_that_can_be_made() -> None:
    """Each payment, campaign and event in a path or envelope has its entry in references.json."""
    known = json.loads(REFERENCES.read_text())
    for path in SAMPLES:
        document = json.loads(path.read_text())
        records = [json.loads(record["body"]) for record in document.get("Records", ())]
        referred = {envelope["subject"] for envelope in records} | set(UUID.findall(document.get("path", "")))
        assert referred <= known.keys(), path


def test_an_event_id_has_one_meaning() -> None:
    """Samples with the same event id have the same event, as a redelivery has."""
    meanings = defaultdict(set)
    for path in SAMPLES:
        for record in json.loads(path.read_text()).get("Records", ()):
            envelope = json.loads(record["body"])
            meanings[envelope["id"]].add((envelope["type"], envelope["subject"], json.dumps(envelope["data"])))
    assert {event_id: said for event_id, said in meanings.items() if len(said) > 1} == {}


def test_no_two_samples_send_different_events_under_one_id() -> None:
    """The API would refuse the second one, since its id belongs to another event."""
    senders = defaultdict(set)
    for path in EVENTS.glob("event-collector-api/*.json"):
        for client_id in re.findall(
            r'"id_evento_cliente":\s*"([^"]+)"', json.loads(path.read_text()).get("body") or ""
        ):
            senders[client_id].add(path.stem)
    assert {client_id: files for client_id, files in senders.items() if len(files) > 1} == {}
