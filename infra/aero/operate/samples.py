"""Samples of events/ before a function gets them: what they refer to is made first, through the platform's own API.

A sample of a topic becomes the platform's own events of the same kind, so that a consumer gets what has happened:
what no event store has would be in the read model for ever.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import stamina

from aero.operate.api_client import get_json, post_json
from aero.operate.reports.history import COLUMNS, envelope_of
from aero.platform.errors import AeroError
from aero.platform.ports import PortTable
from aero.process.running_database import running_database
from seedwork.infraestructura.events.envelope import Envelope
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from psycopg import Connection

    from aero.platform.paths import Paths
    from aero.process.run_record import RunRecord

T = TypeVar("T")

PATIENCE_SECONDS: Final = 20.0
VERSION_PATH: Final = "/api/reports/version"  # the one setting that a sample changes
WRITING_METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


GO_ON: Final = frozenset({"PagoPendiente", "PagoEnProceso"})  # what happens next to such a payment happens by itself


class NotThereYetError(AeroError):
    """What the platform makes by itself, after what a sample refers to, is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An event to give a function, and what was done for it."""

    event: bytes
    made: tuple[str, ...]
    writes: str  # what the function changes with it, in words; empty if nothing
    undo: str = ""  # the command that puts a setting back to what it is before; empty if it is none


def prepared_for(paths: Paths, record: RunRecord, event: bytes) -> Prepared:
    """On the running platform; the database is asked only for what a sample of a topic refers to."""
    api_url = PortTable(record.port_offset).url("api")
    with ExitStack() as opened:
        return prepare(
            event,
            references=paths.project / "events" / "references.json",
            api_url=api_url,
            connect=lambda: opened.enter_context(running_database(paths, record).connect()),
        )


def prepare(event: bytes, *, references: Path, api_url: str, connect: Callable[[], Connection]) -> Prepared:
    """Make what the event refers to by ids of the samples, once, and give it the ids that these have here.

    An event without such ids stays as it is. Raises AeroError for what the platform refuses or does not make in time.
    """
    text, made = event.decode(), []
    known: Mapping[str, Mapping[str, Any]] = json.loads(references.read_text())
    for placeholder in _needed(text, known):
        identifier = _made(known[placeholder], api_url)
        made.append(f"{known[placeholder]['path']} {identifier}")
        text = text.replace(placeholder, identifier)
        known = json.loads(json.dumps(known).replace(placeholder, identifier))
    document = decimal_json.loads(text)
    if made and isinstance(document, dict) and "Records" in document:
        connection = connect()
        for record in document["Records"]:
            _as_it_happened(record, connection)
        text = decimal_json.dumps(document)
    return Prepared(event=text.encode(), made=tuple(made), writes=_writes(document), undo=_undo(document, api_url))


def _needed(text: str, known: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The ids in the text, and those that what they are made of refers to, in the file's order: the latter first."""
    needed = {placeholder for placeholder in known if placeholder in text}
    for placeholder in reversed(list(known)):
        if placeholder in needed:
            needed |= {other for other in known if other in json.dumps(known[placeholder])}
    return [placeholder for placeholder in known if placeholder in needed]


def _made(reference: Mapping[str, Any], api_url: str) -> str:
    """Its id here; sent again it is the same one, since the API knows its reference or key."""
    path = reference["path"]
    if "body" in reference:
        return _id_in(
            post_json(api_url, path, reference["body"], headers=reference.get("headers", {})), reference["id"]
        )
    return _patiently(lambda: _id_in(get_json(api_url, path), reference["id"]))


def _patiently(found: Callable[[], T]) -> T:
    """What the platform makes by itself, once it is there; raises NotThereYetError if it is not in time."""
    patient = stamina.RetryingCaller(attempts=None, timeout=PATIENCE_SECONDS, wait_max=1)
    return patient(NotThereYetError, found)


def _id_in(answer: Any, path: list[str]) -> str:
    for name in path:
        answer = answer.get(name) if isinstance(answer, dict) else None
    if answer is None:
        raise NotThereYetError("The platform has not made what the sample refers to yet. Try again.")
    return str(answer)


def _as_it_happened(record: dict[str, Any], connection: Connection) -> None:
    """The event of that type which the aggregate has in its event store, or else its latest."""
    sample = Envelope.from_json(record["body"])
    from psycopg import sql  # noqa: PLC0415 - slow to import

    context = sample.source.rpartition("/")[2]
    query = sql.SQL(
        """
        select {}
          from {}
         where aggregateid = %s
         order by type = %s desc, version desc
         limit 1
        """
    ).format(sql.SQL(COLUMNS), sql.Identifier(context, "outbox_history"))

    def happened() -> Envelope:
        row = connection.execute(query, [sample.subject, sample.type]).fetchone()
        if row is None:
            raise AeroError(f"The event store of {context} has no event of {sample.subject}.")
        found = envelope_of(context, row)
        if found.type != sample.type and found.type in GO_ON:
            raise NotThereYetError(f"Payment {sample.subject} is not settled yet. Try again.")
        return found

    envelope = _patiently(happened)
    record["body"] = envelope.to_json().decode()
    record["md5OfBody"] = hashlib.md5(record["body"].encode(), usedforsecurity=False).hexdigest()  # as SQS has it
    said = {"id": envelope.id, "type": envelope.type, "correlationid": envelope.correlation_id}
    for name, attribute in record.get("messageAttributes", {}).items():
        attribute["stringValue"] = said.get(name, attribute.get("stringValue"))


def _writes(document: Any) -> str:
    if not isinstance(document, dict):
        return ""
    if "Records" in document:
        return f"{len(document['Records'])} events take effect, as if they came from their topics"
    method = document.get("httpMethod", "GET")
    return f"{method} {document.get('path')} changes the platform's data" if method in WRITING_METHODS else ""


def _undo(document: Any, api_url: str) -> str:
    """Of a PUT: what is there now, put again; all else makes data, of the samples' affiliates."""
    if not isinstance(document, dict) or document.get("httpMethod") != "PUT" or document.get("path") != VERSION_PATH:
        return ""
    now = get_json(api_url, VERSION_PATH)
    body = decimal_json.dumps({name: now[name] for name in ("active", "canary") if now.get(name)})
    return f"curl -X PUT {api_url}{VERSION_PATH} -H 'Content-Type: application/json' -d '{body}'"
