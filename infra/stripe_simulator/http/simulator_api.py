"""The simulator's own part of the API: its faults, a summary of its ledger, its health."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from stripe_simulator.http.request_body import read_body
from stripe_simulator.objects.past_transfer import PastTransfer
from stripe_simulator.protocol.stripe_error import StripeError

if TYPE_CHECKING:
    from starlette.requests import Request

    from stripe_simulator.faults import FaultSource
    from stripe_simulator.http.request_counts import RequestCounts
    from stripe_simulator.ledger.ledger import Ledger

# A page on this machine, such as the platform's panel, may read and change the faults; other sites may not.
LOOPBACK_PAGES: Final = r"http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"
PREFLIGHT_SECONDS: Final = 600
JSON: Final = "application/json"
_HISTORY: Final = TypeAdapter(list[PastTransfer])


class SimulatorApi:
    """The endpoints need no authentication: the simulator listens on loopback.

    No endpoint empties the ledger, which is the independent witness of what was paid. For an empty one, stop the
    simulator and remove the file.
    """

    def __init__(self, ledger: Ledger, faults: FaultSource, counts: RequestCounts) -> None:
        self._ledger = ledger
        self._faults = faults
        self._counts = counts

    def mount(self) -> Mount:
        """Return all routes."""
        return Mount(
            "/_simulator",
            routes=[
                Route("/health", self.health),
                Route("/ledger", self.ledger),
                Route("/history", self.add_history, methods=["POST"]),
                Route("/faults", self.faults),
                Route("/faults", self.change_faults, methods=["PATCH"]),
            ],
            middleware=[
                Middleware(
                    CORSMiddleware,
                    allow_origin_regex=LOOPBACK_PAGES,
                    allow_methods=["GET", "PATCH"],
                    allow_headers=["Content-Type", "Idempotency-Key"],
                    max_age=PREFLIGHT_SECONDS,
                )
            ],
        )

    async def health(self, _request: Request) -> Response:
        """`GET /_simulator/health`: 200 once the ledger can be read."""
        self._ledger.totals()
        return JSONResponse({"status": "healthy", "service": "stripe-simulator"})

    async def ledger(self, _request: Request) -> Response:
        """`GET /_simulator/ledger`: the ledger's totals, and the counts since the start."""
        currencies = self._ledger.totals()
        sums = {
            count: sum(totals[count] for totals in currencies.values())
            for count in ("transfers", "reversals", "declines")
        }
        return JSONResponse({**sums, "currencies": currencies, "since_start": self._counts.as_json()})

    async def add_history(self, request: Request) -> Response:
        """`POST /_simulator/history` adds transfers of the past; one whose id is known is not added again.

        The body must be declared as JSON: a browser then asks before it sends a page of another site, and is refused.
        """
        if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != JSON:
            raise StripeError(f"The content type must be {JSON}.", status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        try:
            history = _HISTORY.validate_json(await read_body(request))
        except ValidationError as invalid:
            raise _refusal(invalid) from None
        return JSONResponse({"added": await self._ledger.add_history(history)})

    async def faults(self, _request: Request) -> Response:
        """`GET /_simulator/faults`."""
        return JSONResponse(self._faults.faults.model_dump())

    async def change_faults(self, request: Request) -> Response:
        """`PATCH /_simulator/faults` takes a JSON object with the changes and answers all faults."""
        try:
            update = from_json(await read_body(request), allow_inf_nan=False)
        except ValueError:
            raise StripeError("The body is not valid JSON.") from None
        if not isinstance(update, dict):
            raise StripeError("The body must be a JSON object.")
        try:
            changed = self._faults.change(update)
        except ValidationError as invalid:
            raise _refusal(invalid) from None
        return JSONResponse(changed.model_dump())


def _refusal(invalid: ValidationError) -> StripeError:
    first = invalid.errors(include_url=False)[0]
    return StripeError(first["msg"], param=".".join(str(part) for part in first["loc"]) or None)
