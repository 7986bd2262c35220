"""The ASGI application: Stripe's part and the simulator's own, with every error in Stripe's shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from stripe_simulator.http.gate import RequestId
from stripe_simulator.http.money_movements import MoneyMovements
from stripe_simulator.http.request_counts import RequestCounts
from stripe_simulator.http.simulator_api import SimulatorApi
from stripe_simulator.http.stripe_api import StripeApi
from stripe_simulator.protocol.stripe_error import StripeError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from stripe_simulator.faults import FaultSource
    from stripe_simulator.http.connections import HeldConnections
    from stripe_simulator.ledger.ledger import Ledger


def create_application(ledger: Ledger, faults: FaultSource, held: HeldConnections) -> ASGIApp:
    """Put the parts together."""
    counts = RequestCounts()
    movements = MoneyMovements(ledger, faults, counts, held)
    application = Starlette(
        routes=[
            StripeApi(ledger, movements, faults, counts).mount(),
            SimulatorApi(ledger, faults, counts).mount(),
        ],
        exception_handlers={StripeError: _refused, HTTPException: _not_routed, Exception: _failed},
    )
    return RequestId(application)  # outermost, so that even a 500 has an id


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, StripeError)  # noqa: S101 - Starlette's type of handlers is wider
    headers = {"WWW-Authenticate": 'Bearer realm="Stripe"'} if error.status == 401 else None  # noqa: PLR2004
    return JSONResponse(error.body(), status_code=error.status, headers=headers)


async def _not_routed(request: Request, _error: Exception) -> Response:
    # Stripe answers 404 to a wrong method, too.
    return await _refused(request, StripeError.unrecognized_url(request.method, request.scope["path"]))


async def _failed(request: Request, _error: Exception) -> Response:
    # Starlette raises the error again, so that uvicorn logs it.
    return await _refused(request, StripeError.internal())
