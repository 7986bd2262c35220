"""The model of an outbox's parameter."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from pulsar_connector.run.configuration import Name, SqlName, Topic


class Outbox(BaseModel):
    """The outbox of one context, with the topic of each event type; null keeps a type inside of the context.

    `keep_days` is for an outbox that is not an event store: rows published longer ago are deleted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    schema_name: SqlName = Field(alias="schema")
    routes: dict[Name, Topic | None] = Field(min_length=1)
    keep_days: int | None = Field(default=None, ge=1, le=3_650)
