"""Faults are failures on purpose: which there are, and how often each is drawn."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

Rate = Annotated[float, Field(ge=0, le=1)]
Milliseconds = Annotated[int, Field(ge=0, le=600_000)]

ROUNDING: Final = 1e-9


class Fault(StrEnum):
    """A fault of a request that moves money."""

    DECLINE = "decline"
    """Refused for good: the refusal is stored under the request's key."""
    INTERNAL_ERROR = "internal_error"
    """HTTP 500, nothing executed, nothing stored."""
    UNAVAILABLE = "unavailable"
    """HTTP 503, nothing executed, nothing stored."""
    TIMEOUT = "timeout"
    """No answer, nothing executed: the connection stays open until the client gives up."""
    LOST_ANSWER = "lost_answer"
    """Executed and stored, but the connection closes without an answer."""


class Faults(BaseModel):
    """The settings of all faults: rates are shares of the requests that move money, latency applies to all requests."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    latency_ms: Milliseconds = 0
    jitter_ms: Milliseconds = 0
    decline_rate: Rate = 0.0
    error_rate: Rate = 0.0
    timeout_rate: Rate = 0.0
    lost_answer_rate: Rate = 0.0
    timeout_cap_ms: Milliseconds = 60_000
    seed: int | None = None

    @model_validator(mode="after")
    def _one_fault_at_most(self) -> Self:
        rates = (self.decline_rate, self.error_rate, self.timeout_rate, self.lost_answer_rate)
        if math.fsum(rates) > 1 + ROUNDING:
            raise PydanticCustomError("rates_above_one", "the rates add up to more than 1")
        return self

    def weights(self) -> dict[Fault | None, float]:
        """Return the probability of each fault, and of none."""
        weights: dict[Fault | None, float] = {
            Fault.DECLINE: self.decline_rate,
            Fault.INTERNAL_ERROR: self.error_rate / 2,
            Fault.UNAVAILABLE: self.error_rate / 2,
            Fault.TIMEOUT: self.timeout_rate,
            Fault.LOST_ANSWER: self.lost_answer_rate,
        }
        weights[None] = max(0.0, 1 - math.fsum(weights.values()))
        return weights


class FaultSource:
    """Draws the fault of each request: the same seed and rates give the same faults in the same sequence.

    >>> FaultSource(Faults(decline_rate=1)).draw()
    <Fault.DECLINE: 'decline'>
    """

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self._restart()

    def change(self, update: Mapping[str, Any]) -> Faults:
        """Change the named settings and keep the others; naming the seed starts its sequence anew.

        Raises pydantic's ValidationError, and then nothing has changed.
        """
        self.faults = Faults.model_validate({**self.faults.model_dump(), **update})
        if "seed" in update:
            self._restart()
        return self.faults

    def draw(self) -> Fault | None:
        """Draw the fault of one request."""
        weights = self.faults.weights()
        return self._random.choices(list(weights), list(weights.values()))[0]

    async def delay(self) -> None:
        """Wait for the latency."""
        milliseconds = self.faults.latency_ms + self._jitter.uniform(0, self.faults.jitter_ms)
        if milliseconds:
            await asyncio.sleep(milliseconds / 1000)

    def _restart(self) -> None:
        self._random = random.Random(self.faults.seed)  # noqa: S311 - for chance, not for secrets
        # A second generator, so that the number of delays does not change which request meets which fault.
        self._jitter = random.Random(self.faults.seed)  # noqa: S311 - for chance, not for secrets
