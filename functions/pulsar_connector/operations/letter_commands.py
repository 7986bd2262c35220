"""Requests redrives and discards letters; the relay does the sending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from pulsar_connector.operations.errors import (
    CartaCerradaError,
    CartaDemasiadoAntiguaError,
    CartaSinOrigenError,
    MapeoNoDesplegadoError,
)
from pulsar_connector.operations.letter_queries import OPEN, Filters, LetterQueries

if TYPE_CHECKING:
    from pulsar_connector.operations.letter import Letter, Mappings
    from seedwork.infraestructura.postgres.database import PostgresDatabase

# One statement must end within PostgreSQL's limit, and all of them within API Gateway's.
LETTERS_AT_A_TIME: Final = 20_000
SECONDS: Final = 10.0

# Why a letter cannot be redriven, by the error's code; null if it can. `Letter.impediment` says the same.
_IMPEDIMENT: Final = f"""
    case when topic = '' or mapping = '' then '{CartaSinOrigenError.codigo}'
         when not mapping = any (cast(:mappings as text[])) then '{MapeoNoDesplegadoError.codigo}'
         when event_time < (select since
                              from unnest(cast(:mappings as text[]), cast(cast(:since as text[]) as timestamptz[]))
                                   as deployed (name, since)
                             where name = mapping) then '{CartaDemasiadoAntiguaError.codigo}'
    end
    """  # noqa: S608 - fixed texts, values are bound


@dataclass(slots=True, kw_only=True)
class Redrives:
    """Accepted letters by topic, and refused ones by the code of the reason; `complete` unless time ran out."""

    accepted: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    complete: bool = False


class LetterCommands:
    """Changes letters, each request in statements that are safe to repeat."""

    def __init__(self, database: PostgresDatabase, queries: LetterQueries) -> None:
        self._database = database
        self._queries = queries

    def redrive(self, letter_id: int, mappings: Mappings) -> Letter:
        """Request the redrive of one letter; raises a DomainError that says why it is refused."""
        letter = self._queries.letter(letter_id)
        if not letter.state.waits:
            raise CartaCerradaError(letter.state)
        if impediment := letter.impediment(mappings, now=datetime.now(UTC)):
            raise impediment
        self._database.read(
            f"""
            update connector.dead_letters set redrive_requested_at = clock_timestamp(), refusal = null
             where id = cast(:id as bigint) and {OPEN} and redrive_requested_at is null
            """,  # noqa: S608 - fixed texts, values are bound
            id=letter_id,
        )
        return self._queries.letter(letter_id)

    def redrive_many(self, filters: Filters, ids: Sequence[int] | None, mappings: Mappings) -> Redrives:
        """Request the redrive of all waiting letters that match, or of those with the ids."""
        where = f"{OPEN} and redrive_requested_at is null{filters.sql()}"
        parameters: dict[str, Any] = {**filters.conditions(), **_deployed(mappings)}
        if ids is not None:
            where += " and id = any (cast(:ids as bigint[]))"
            parameters["ids"] = list(ids)
        redrives = Redrives()
        until = monotonic() + SECONDS
        while not redrives.complete and monotonic() < until:
            rows = self._request(where, parameters)
            for topic, number in rows:
                redrives.accepted[topic] = redrives.accepted.get(topic, 0) + int(number)
            redrives.complete = sum(int(number) for _, number in rows) < LETTERS_AT_A_TIME
        redrives.refused = self._refused(where, parameters)
        return redrives

    def discard(self, letter_id: int) -> Letter:
        """Discard a waiting letter, which stays stored for some weeks; a repetition changes nothing.

        Raises CartaNoEncontradaError, and CartaCerradaError for a letter that was redriven.
        """
        self._database.read(
            f"""
            update connector.dead_letters set discarded_at = clock_timestamp(), redrive_requested_at = null
             where id = cast(:id as bigint) and {OPEN}
            """,  # noqa: S608 - fixed texts, values are bound
            id=letter_id,
        )
        letter = self._queries.letter(letter_id)
        if letter.discarded_at is None:
            raise CartaCerradaError(letter.state)
        return letter

    def _request(self, where: str, parameters: dict[str, Any]) -> list[list[Any]]:
        return self._database.read(
            f"""
            with chosen as (select id from connector.dead_letters
                             where {where} and {_IMPEDIMENT} is null order by id limit :limit for update skip locked),
                 requested as (update connector.dead_letters as letter
                                  set redrive_requested_at = clock_timestamp(), refusal = null
                                 from chosen where letter.id = chosen.id
                               returning letter.topic)
            select topic, count(*) from requested group by topic order by topic
            """,  # noqa: S608 - fixed texts, values are bound
            limit=LETTERS_AT_A_TIME,
            **parameters,
        )

    def _refused(self, where: str, parameters: dict[str, Any]) -> dict[str, int]:
        rows = self._database.read(
            f"""
            select cause, count(*)
              from (select {_IMPEDIMENT} as cause from connector.dead_letters where {where}) refused
             where cause is not null
             group by cause order by cause
            """,  # noqa: S608 - fixed texts, values are bound
            **parameters,
        )
        return {cause: int(number) for cause, number in rows}


def _deployed(mappings: Mappings) -> dict[str, list[str]]:
    """Return the names of the mappings, and the earliest time of the events that each still takes."""
    now = datetime.now(UTC)
    since = [
        (now - timedelta(days=mapping.max_age_days)).isoformat() if mapping.max_age_days else "-infinity"
        for mapping in mappings.values()
    ]
    return {"mappings": list(mappings), "since": since}
