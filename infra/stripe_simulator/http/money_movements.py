"""Answers requests that move money: once per idempotency key, with the fault drawn for each."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from starlette.responses import Response

from stripe_simulator.faults import Fault
from stripe_simulator.http.connections import HeldConnections, NoAnswer
from stripe_simulator.http.request_body import read_body
from stripe_simulator.ledger.answers import Attempt
from stripe_simulator.protocol.parameters import FORM, Parameters
from stripe_simulator.protocol.stripe_error import StripeError

if TYPE_CHECKING:
    from starlette.requests import Request

    from stripe_simulator.faults import FaultSource
    from stripe_simulator.http.request_counts import RequestCounts
    from stripe_simulator.ledger.answers import JsonAnswer
    from stripe_simulator.ledger.ledger import Ledger
    from stripe_simulator.objects.operation import Operation

logger: Final = logging.getLogger(__name__)

_HTTP_STATUS: Final = {Fault.INTERNAL_ERROR: 500, Fault.UNAVAILABLE: 503}


class MoneyMovements:
    """Executes requests that move money.

    A key is in progress only in this process's memory. After a crash it is free again: either its answer is in the
    ledger, or nothing was executed.
    """

    def __init__(self, ledger: Ledger, faults: FaultSource, counts: RequestCounts, held: HeldConnections) -> None:
        self._ledger = ledger
        self._faults = faults
        self._counts = counts
        self._held = held
        self._in_progress: set[str] = set()

    async def handle(self, request: Request, prepare: Callable[[Parameters], Operation]) -> Response:
        """Answer the request; `prepare` validates it and raises `StripeError`, which is not stored."""
        parameters = await _read_form(request)
        attempt = Attempt(
            key=request.headers.get("Idempotency-Key"),
            endpoint=request.scope["path"],
            fingerprint=parameters.fingerprint,
            request_id=request.state.request_id,
        )
        with self._claim(attempt.key):
            stored = None if attempt.key is None else self._ledger.answer(attempt.key)
            if stored is None:
                operation = prepare(parameters)
            else:
                stored.require_same(attempt)
            fault = self._draw(request)
            if fault not in (Fault.INTERNAL_ERROR, Fault.UNAVAILABLE, Fault.TIMEOUT):
                await self._faults.delay()
                if stored is None:
                    answer = await self._ledger.execute(operation, attempt, declined=fault is Fault.DECLINE)
                    response = _respond(answer, attempt)
                else:
                    self._counts.replays += 1
                    response = _respond(stored.answer, stored.attempt, replayed=True)
        # Outside of the claim: a request that never arrived does not keep its key busy.
        if fault in _HTTP_STATUS:
            await self._faults.delay()
            raise StripeError.internal(_HTTP_STATUS[fault])
        if fault is Fault.TIMEOUT:
            return NoAnswer(self._held, hold_seconds=self._faults.faults.timeout_cap_ms / 1000)
        if fault is Fault.LOST_ANSWER:
            return NoAnswer(self._held)
        return response

    @contextlib.contextmanager
    def _claim(self, key: str | None) -> Iterator[None]:
        """Mark the key as in progress; raises `StripeError` (409) if it already is."""
        if key is None:
            yield
            return
        if key in self._in_progress:
            self._counts.conflicts += 1
            raise StripeError(
                "There is currently another in-progress request using this Idempotent Key (that probably means you "
                f"submitted twice, and the other request is still going through): {key}. Please try again later.",
                status=409,
                type="idempotency_error",
                code="idempotency_key_in_use",
            )
        self._in_progress.add(key)
        try:
            yield
        finally:
            self._in_progress.discard(key)

    def _draw(self, request: Request) -> Fault | None:
        fault = self._faults.draw()
        if fault is not None:
            self._counts.faults[fault] += 1
            logger.info("%s: %s %s (%s)", fault, request.method, request.scope["path"], request.state.request_id)
        return fault


async def _read_form(request: Request) -> Parameters:
    body = await read_body(request)
    if body and request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != FORM:
        raise StripeError(f"Invalid request: the content type of the request must be {FORM}.")
    return Parameters.parse(body)


def _respond(answer: JsonAnswer, first: Attempt, *, replayed: bool = False) -> Response:
    headers = {}
    if first.key is not None:
        headers = {"Idempotency-Key": first.key, "Original-Request": first.request_id}
    if replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(answer.body, status_code=answer.status, headers=headers, media_type="application/json")
