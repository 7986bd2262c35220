"""A stored dead letter, and whether it can be redriven."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from pulsar_connector.mapping.event_source_mapping import EventSourceMapping
from pulsar_connector.operations.errors import (
    CartaDemasiadoAntiguaError,
    CartaSinOrigenError,
    MapeoNoDesplegadoError,
)

if TYPE_CHECKING:
    from seedwork.dominio.domain_error import DomainError

Mappings = Mapping[str, EventSourceMapping]


class Estado(StrEnum):
    """A letter waits until it is redriven or discarded; the relay sends back those whose redrive was requested."""

    PENDIENTE = "PENDIENTE"
    REENVIO_SOLICITADO = "REENVIO_SOLICITADO"
    REENVIADA = "REENVIADA"
    DESCARTADA = "DESCARTADA"

    @property
    def waits(self) -> bool:
        """Return whether the letter is still to be dealt with."""
        return self in (Estado.PENDIENTE, Estado.REENVIO_SOLICITADO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter without its content, of which it has the number of bytes; `key` and `properties` are the message's."""

    id: int
    dlq_topic: str
    mapping: str
    function: str
    topic: str
    subscription: str
    receives: int | None
    failed_at: datetime
    reason: str
    message_id: str
    key: str | None
    properties: Mapping[str, str]
    size: int
    event_time: datetime | None
    redrive_requested_at: datetime | None
    refusal: str | None
    redriven_at: datetime | None
    discarded_at: datetime | None

    @property
    def state(self) -> Estado:
        """The letter's state."""
        if self.discarded_at:
            return Estado.DESCARTADA
        if self.redriven_at:
            return Estado.REENVIADA
        return Estado.REENVIO_SOLICITADO if self.redrive_requested_at else Estado.PENDIENTE

    def impediment(self, mappings: Mappings, *, now: datetime) -> DomainError | None:
        """Return why the letter cannot be redriven, None if it can; `WAITING_FOR` says the same to PostgreSQL."""
        if not self.topic or not self.mapping:
            return CartaSinOrigenError()
        mapping = mappings.get(self.mapping)
        if mapping is None:
            return MapeoNoDesplegadoError(self.mapping, ", ".join(sorted(mappings)) or "ninguno")
        if self.event_time and mapping.max_age_days and mapping.too_old(self.event_time, now=now):
            return CartaDemasiadoAntiguaError(instante=self.event_time.isoformat(), dias=mapping.max_age_days)
        return None
