"""The evidence of a case from four witnesses: the clients, the campaigns' rows, the outbox, the topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from aero.platform.database import Database
    from scenarios.failover.campaigns import Campaign
    from scenarios.failover.measures import Measures
    from scenarios.failover.workload import Request
    from scenarios.outcome import Outcome

_ROWS: Final = (
    "select id::text, descripcion, nombre, estado, presupuesto from campanas.campanas where descripcion like %s"
)
_EVENTS: Final = """
    select id::text, metadata->>'correlation_id', type, published_at is not null
      from campanas.outbox
     where position > %s and metadata->>'correlation_id' like %s
     order by position
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRow:
    """A campaign's row in the database; its description is the correlation id of its creating request."""

    id: str
    created_by: str
    nombre: str
    estado: str
    monto: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignEvent:
    """A row of the outbox."""

    id: str
    correlation_id: str
    type: str
    published: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All data that the audit of a case compares.

    `writes` also has the writes that prepared the case; `on_topic` has the envelopes by topic and event id.
    """

    measures: Measures
    writes: Sequence[Outcome[Request]]
    campaigns: Sequence[Campaign]
    rows: Sequence[CampaignRow]
    events: Sequence[CampaignEvent]
    on_topic: Mapping[str, Mapping[str, Mapping[str, Any]]]


def last_position(database: Database) -> int:
    """Return the outbox's last position; later events have higher ones."""
    with database.connect() as connection:
        row = connection.execute("select coalesce(max(position), 0) from campanas.outbox").fetchone()
    return int(row[0]) if row else 0


def rows(database: Database, *, run: str) -> list[CampaignRow]:
    """Return the campaigns created under correlation ids of this run."""
    with database.connect() as connection:
        found = connection.execute(_ROWS, [f"{run}-%"]).fetchall()
    return [
        CampaignRow(id=id_campana, created_by=created_by, nombre=nombre, estado=estado, monto=monto)
        for id_campana, created_by, nombre, estado, monto in found
    ]


def campaign_events(database: Database, *, run: str, after: int) -> list[CampaignEvent]:
    """Return the events with correlation ids of this run, in order."""
    with database.connect() as connection:
        found = connection.execute(_EVENTS, [after, f"{run}-%"]).fetchall()
    return [
        CampaignEvent(id=event_id, correlation_id=correlation_id, type=event_type, published=published)
        for event_id, correlation_id, event_type, published in found
    ]
