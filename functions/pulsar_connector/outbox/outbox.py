"""What an outbox's parameter says."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from pulsar_connector.run.configuration import Name, SqlName, Topic


class Outbox(BaseModel):
    """The outbox of one context: which topic each event type goes to; null keeps the type inside of the context.

    `keep_days` is for an outbox that is no event store: rows that were published longer ago are deleted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    schema_name: SqlName = Field(alias="schema")
    routes: dict[Name, Topic | None] = Field(min_length=1)
    keep_days: int | None = Field(default=None, ge=1, le=3_650)
