"""The model of a mapping's parameter."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pulsar_connector.run.configuration import Name, Topic

# Without a subscription a broker keeps no message. This one keeps the dead letters for `aero dlq`.
DEAD_LETTER_SUBSCRIPTION: Final = "aeropartners-dlq"

# With a read timeout above the function's own, a slow function can be told from a lost answer.
INVOKE_GRACE_SECONDS: Final = 5.0


class EventSourceMapping(BaseModel):
    """An event source mapping says which function consumes which topics, and how.

    `dlq_topic` is None for a mapping that reads dead letters: what it cannot deliver is given up, since the letter
    stays where `aero dlq` finds it. With `event_types`, events of other types are acknowledged and not delivered.
    `Key_Shared` gives the events of an aggregate to one worker at a time, in order as long as none of them fails; it
    needs Apache Pulsar. With `max_age_days`, an older event becomes a dead letter, because its function no longer knows
    whether it has processed it. With `heartbeat_seconds`, the function is invoked with an empty batch that often while
    there is nothing to deliver, so it knows that it has been given everything.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    topics: list[Topic] = Field(min_length=1)
    subscription: Name
    function: Name
    dlq_topic: Topic | None
    event_types: list[Name] | None = Field(default=None, min_length=1)
    subscription_type: Literal["Shared", "Key_Shared"] = "Shared"
    batch_size: int = Field(default=100, ge=1, le=10_000)
    batching_window_ms: int = Field(default=50, ge=0, le=10_000)
    max_receive_count: int = Field(default=5, ge=1, le=1_000)
    retry_delay_ms: int = Field(default=1_000, ge=100, le=900_000)  # the client's timer has steps of 100 ms
    max_retry_delay_ms: int = Field(default=30_000, ge=100, le=900_000)
    concurrency: int = Field(default=1, ge=1, le=100)
    max_age_days: int | None = Field(default=None, ge=1, le=3_650)
    function_timeout_seconds: int = Field(default=60, ge=1, le=900)
    heartbeat_seconds: int | None = Field(default=None, ge=1, le=3_600)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.dlq_topic in self.topics:
            raise ValueError("dlq_topic is one of topics: a dead letter would come back for ever")
        if self.max_retry_delay_ms < self.retry_delay_ms:
            raise ValueError("max_retry_delay_ms is less than retry_delay_ms")
        return self

    def wants(self, event_type: str) -> bool:
        """Return whether events of this type are delivered."""
        return self.event_types is None or event_type in self.event_types

    def too_old(self, time: datetime, *, now: datetime) -> str | None:
        """Explain why an event of this time is no longer delivered; None if it is."""
        if self.max_age_days is None or time >= now - timedelta(days=self.max_age_days):
            return None
        return (
            f"too old: it happened on {time.isoformat()}, more than {self.max_age_days} days ago, "
            "so its function no longer knows whether it has processed it"
        )

    @property
    def invoke_timeout_seconds(self) -> float:
        """How long to wait for the function's answer."""
        return self.function_timeout_seconds + INVOKE_GRACE_SECONDS

    @property
    def longest_delivery_seconds(self) -> float:
        """The longest time from a batch's first message to the function's answer."""
        return self.batching_window_ms / 1000 + self.invoke_timeout_seconds

    def retry_delay_seconds(self, receive_count: int) -> float:
        """Return the delay before the next delivery: it doubles from receipt to receipt, up to the maximum."""
        return min(self.retry_delay_ms << (receive_count - 1), self.max_retry_delay_ms) / 1000
