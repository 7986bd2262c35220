"""Prepares a sample of events/ for a function: makes the objects it refers to first, through the platform's own API.

A sample of a topic's messages is replaced by the platform's own events of the same type. A consumer thus gets events
that happened; an invented event, which is in no event store, would stay in the read model for ever.
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
VERSION_PATH: Final = "/api/reports/version"  # the only setting changed by a sample
WRITING_METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


UNSETTLED: Final = frozenset({"PagoPendiente", "PagoEnProceso"})  # a payment in these states goes on by itself


class NotThereYetError(AeroError):
    """An object that the platform derives from the sample's objects does not exist yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An event for a function, and what was done for it."""

    event: bytes
    made: tuple[str, ...]
    writes: str  # the changes that the function makes with it, in words; empty if none
    undo: str = ""  # the command that restores a changed setting; empty if no setting changes


def prepared_for(paths: Paths, record: RunRecord, event: bytes) -> Prepared:
    """Prepare an event on the running platform; only a sample of a topic's messages needs the database."""
    api_url = PortTable(record.port_offset).url("api")
    with ExitStack() as opened:
        return prepare(
            event,
            references=paths.project / "events" / "references.json",
            api_url=api_url,
            connect=lambda: opened.enter_context(running_database(paths, record).connect()),
        )


def prepare(event: bytes, *, references: Path, api_url: str, connect: Callable[[], Connection]) -> Prepared:
    """Make each object that the event refers to by a sample's id, once, and replace that id by the made object's.

    An event without such ids stays unchanged. Raises AeroError if the platform refuses an object or makes it too late.
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
            _replace_by_real_event(record, connection)
        text = decimal_json.dumps(document)
    return Prepared(event=text.encode(), made=tuple(made), writes=_writes(document), undo=_undo(document, api_url))


def _needed(text: str, known: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the samples' ids in the text and those that they depend on, dependencies first, as in the file."""
    needed = {placeholder for placeholder in known if placeholder in text}
    for placeholder in reversed(list(known)):
        if placeholder in needed:
            needed |= {other for other in known if other in json.dumps(known[placeholder])}
    return [placeholder for placeholder in known if placeholder in needed]


def _made(reference: Mapping[str, Any], api_url: str) -> str:
    """Make an object and return its id; a repetition returns the same id, since the API knows its reference or key."""
    path = reference["path"]
    if "body" in reference:
        return _id_in(
            post_json(api_url, path, reference["body"], headers=reference.get("headers", {})), reference["id"]
        )
    return _wait_for(lambda: _id_in(get_json(api_url, path), reference["id"]))


def _wait_for(found: Callable[[], T]) -> T:
    """Wait for an object that the platform makes by itself; raises NotThereYetError if it comes too late."""
    patient = stamina.RetryingCaller(attempts=None, timeout=PATIENCE_SECONDS, wait_max=1)
    return patient(NotThereYetError, found)


def _id_in(answer: Any, path: list[str]) -> str:
    for name in path:
        answer = answer.get(name) if isinstance(answer, dict) else None
    if answer is None:
        raise NotThereYetError("The platform has not yet made an object of the sample. Try again.")
    return str(answer)


def _replace_by_real_event(record: dict[str, Any], connection: Connection) -> None:
    """Replace the record's event by the aggregate's own event of that type, or by its latest if it has none."""
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
        if found.type != sample.type and found.type in UNSETTLED:
            raise NotThereYetError(f"Payment {sample.subject} is not settled yet. Try again.")
        return found

    envelope = _wait_for(happened)
    record["body"] = envelope.to_json().decode()
    record["md5OfBody"] = hashlib.md5(record["body"].encode(), usedforsecurity=False).hexdigest()  # SQS uses MD5
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
    """Return the command that restores the setting changed by a PUT; other requests only make data."""
    if not isinstance(document, dict) or document.get("httpMethod") != "PUT" or document.get("path") != VERSION_PATH:
        return ""
    now = get_json(api_url, VERSION_PATH)
    body = decimal_json.dumps({name: now[name] for name in ("active", "canary") if now.get(name)})
    return f"curl -X PUT {api_url}{VERSION_PATH} -H 'Content-Type: application/json' -d '{body}'"
