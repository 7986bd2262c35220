"""Reads dead letters in PostgreSQL: pages by keyset, single letters, parts of their contents, and counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pulsar_connector.operations.errors import CartaNoEncontradaError
from pulsar_connector.operations.letter import Estado, Letter

if TYPE_CHECKING:
    from pulsar_connector.operations import answers
    from seedwork.infraestructura.postgres.database import PostgresDatabase

OPEN: Final = "redriven_at is null and discarded_at is null"
OF_STATE: Final = {
    None: OPEN,
    Estado.PENDIENTE: f"{OPEN} and redrive_requested_at is null",
    Estado.REENVIO_SOLICITADO: f"{OPEN} and redrive_requested_at is not null",
    Estado.REENVIADA: "redriven_at is not null",
    Estado.DESCARTADA: "discarded_at is not null",
}
_COLUMNS: Final = """
    id, dlq_topic, mapping, function, topic, subscription, receives, failed_at, reason, message_id, key, properties,
    size, event_time, redrive_requested_at, refusal, redriven_at, discarded_at
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """The letters asked for; an empty field asks for all. `topic` is the topic on which the message failed."""

    dlq_topic: str = ""
    mapping: str = ""
    topic: str = ""

    def conditions(self) -> dict[str, str]:
        """Return the given fields by the names of their columns."""
        named = {"dlq_topic": self.dlq_topic, "mapping": self.mapping, "topic": self.topic}
        return {name: value for name, value in named.items() if value}

    def sql(self) -> str:
        """Return the conditions, each with a parameter of the column's name."""
        return "".join(f" and {name} = :{name}" for name in self.conditions())


class LetterQueries:
    """Answers each question by one indexed query."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    def page(self, filters: Filters, *, state: Estado | None, after: int, limit: int) -> Sequence[Letter]:
        """Return letters with an id above `after`, the oldest first; without a state, those that wait."""
        rows = self._database.read(
            f"""
            select {_COLUMNS} from connector.dead_letters
             where {OF_STATE[state]}{filters.sql()} and id > cast(:after as bigint)
             order by id limit :limit
            """,  # noqa: S608 - fixed texts, values are bound
            after=after,
            limit=limit,
            **filters.conditions(),
        )
        return [_letter(row) for row in rows]

    def letter(self, letter_id: int) -> Letter:
        """Return one letter in any state; raises CartaNoEncontradaError."""
        rows = self._database.read(
            f"select {_COLUMNS} from connector.dead_letters where id = cast(:id as bigint)",  # noqa: S608 - fixed
            id=letter_id,
        )
        if not rows:
            raise CartaNoEncontradaError
        return _letter(rows[0])

    def content(self, letter_id: int, *, start: int, size: int) -> bytes:
        """Return at most `size` bytes of a letter's content, from a position counted from 0."""
        rows = self._database.read(
            """
            select substring(content from cast(:start as int) + 1 for cast(:size as int))
              from connector.dead_letters where id = cast(:id as bigint)
            """,
            id=letter_id,
            start=start,
            size=size,
        )
        return bytes(rows[0][0]) if rows else b""

    def waiting_by_mapping(self, state: Estado | None = None) -> dict[str, int]:
        """Return the number of letters in a state by mapping; without a state, of all that wait."""
        rows = self._database.read(
            f"select mapping, count(*) from connector.dead_letters where {OF_STATE[state]} group by mapping"  # noqa: S608 - fixed
        )
        return {mapping: int(number) for mapping, number in rows}

    def outboxes(self) -> list[answers.OutboxConEspera]:
        """Return the backlog of each outbox."""
        rows = self._database.read("select name, waiting, parked, oldest_seconds from connector.outbox_backlogs()")
        return [
            {
                "nombre": name,
                "pendientes": int(waiting),
                "retenidos": int(parked),
                "mas_antiguo_segundos": None if oldest is None else round(oldest, 3),
            }
            for name, waiting, parked, oldest in rows
        ]


def _letter(row: Sequence[Any]) -> Letter:
    names = [name.strip() for name in _COLUMNS.split(",")]
    values = dict(zip(names, row, strict=True))
    key = values.pop("key")
    return Letter(key=None if key is None else bytes(key).decode(), **values)
