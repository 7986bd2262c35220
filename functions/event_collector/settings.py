"""The environment of the event collector's functions, read once; a missing variable raises KeyError with its name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Self

from event_collector.dominio.afiliado import PoliticaPorDefecto


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """The settings of `event-collector-api`."""

    database_secret: str
    idempotency_table: str
    rate_limits_table: str
    politica: PoliticaPorDefecto
    history_days: int

    @classmethod
    def from_env(cls) -> Self:
        """Return the settings from the template's environment; raises ValueError."""
        return cls(
            database_secret=os.environ["DATABASE_SECRET"],
            idempotency_table=os.environ["IDEMPOTENCY_TABLE"],
            rate_limits_table=os.environ["RATE_LIMITS_TABLE"],
            politica=PoliticaPorDefecto(
                acepta_desconocidos=os.environ["UNKNOWN_AFFILIATES"] == "accept",
                eventos_por_minuto=int(os.environ["EVENTS_PER_MINUTE"]),
            ),
            history_days=int(os.environ["HISTORY_DAYS"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerSettings:
    """The settings of the consumers and the clean-up."""

    database_secret: str

    @classmethod
    def from_env(cls) -> Self:
        """Return the settings from the template's environment."""
        return cls(database_secret=os.environ["DATABASE_SECRET"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationSettings:
    """The settings of the reconciliation: how long it waits for a payment, and the greatest age of a message."""

    database_secret: str
    wait_minutes: int
    message_days: int

    @classmethod
    def from_env(cls) -> Self:
        """Return the settings from the template's environment; raises ValueError."""
        return cls(
            database_secret=os.environ["DATABASE_SECRET"],
            wait_minutes=int(os.environ["CONVERSION_WAIT_MINUTES"]),
            message_days=int(os.environ["MESSAGE_DAYS"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSettings:
    """The settings of the clean-up: how long a published event stays in the outbox, and how long totals are kept."""

    database_secret: str
    outbox_days: int
    history_days: int

    @classmethod
    def from_env(cls) -> Self:
        """Return the settings from the template's environment; raises ValueError."""
        return cls(
            database_secret=os.environ["DATABASE_SECRET"],
            outbox_days=int(os.environ["OUTBOX_DAYS"]),
            history_days=int(os.environ["HISTORY_DAYS"]),
        )
