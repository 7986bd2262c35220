"""The dead letters of the operations API in memory, and its mappings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from pulsar_connector.mapping.event_source_mapping import EventSourceMapping
from pulsar_connector.operations.errors import CartaCerradaError, CartaNoEncontradaError
from pulsar_connector.operations.letter import Estado, Letter, Mappings
from pulsar_connector.operations.letter_commands import Redrives
from support.builders import AHORA

if TYPE_CHECKING:
    from pulsar_connector.operations.broker_statistics import Backlog
    from pulsar_connector.operations.letter_queries import Filters

MAPPINGS: Final = {
    "m": EventSourceMapping(topics=["t"], subscription="s", function="f", dlq_topic="d.DLQ", max_age_days=90)
}


def una_carta(letter_id: int = 1, **fields: Any) -> Letter:
    """Make a letter of the mapping m."""
    values: dict[str, Any] = {
        "id": letter_id, "dlq_topic": "d.DLQ", "mapping": "m", "function": "f", "topic": "t", "subscription": "s",
        "receives": 5, "failed_at": AHORA, "reason": "no", "message_id": "(1,2,-1,-1)", "key": None, "properties": {},
        "size": 0, "event_time": None, "redrive_requested_at": None, "refusal": None, "redriven_at": None,
        "discarded_at": None,
    }  # fmt: skip
    return Letter(**values | fields)


class FakeLetters:
    """Stands in the place of queries, commands, statistics and database of the API."""

    def __init__(self, *letters: Letter, contents: Mapping[int, bytes] | None = None) -> None:
        self.letters = {letter.id: letter for letter in letters}
        self.contents = dict(contents or {})
        self.asked: list[Any] = []

    def page(self, filters: Filters, *, state: Estado | None, after: int, limit: int) -> list[Letter]:
        """Return the letters after an id; the filters are remembered."""
        self.asked.append((filters, state))
        return [letter for letter in self.letters.values() if letter.id > after][:limit]

    def letter(self, letter_id: int) -> Letter:
        """Return a letter."""
        if letter_id not in self.letters:
            raise CartaNoEncontradaError
        return self.letters[letter_id]

    def content(self, letter_id: int, *, start: int, size: int) -> bytes:
        """Return a part of a content."""
        return self.contents.get(letter_id, b"")[start : start + size]

    def waiting_by_mapping(self, state: Estado | None = None) -> dict[str, int]:
        """Return the letters by mapping."""
        return {"m": sum(state is None or letter.state is state for letter in self.letters.values())}

    def outboxes(self) -> list[dict[str, Any]]:
        """Return one outbox."""
        return [{"nombre": "pagos", "pendientes": 1, "retenidos": 0, "mas_antiguo_segundos": 0.5}]

    def backlogs(self, _mappings: Mappings) -> dict[str, Backlog]:
        """Return what the broker tells: nothing."""
        return {}

    def redrive(self, letter_id: int, mappings: Mappings) -> Letter:
        """Request a redrive."""
        letter = self.letter(letter_id)
        if not letter.state.waits:
            raise CartaCerradaError(letter.state)
        if impediment := letter.impediment(mappings, now=datetime.now(UTC)):
            raise impediment
        self.letters[letter_id] = replace(letter, redrive_requested_at=AHORA)
        return self.letters[letter_id]

    def redrive_many(self, filters: Filters, ids: Sequence[int] | None, _mappings: Mappings) -> Redrives:
        """Remember the choice."""
        self.asked.append((filters, ids))
        return Redrives(accepted={"t": 2}, refused={"carta-sin-origen": 1}, complete=True)

    def discard(self, letter_id: int) -> Letter:
        """Discard a letter."""
        self.letters[letter_id] = replace(self.letter(letter_id), discarded_at=AHORA)
        return self.letters[letter_id]
