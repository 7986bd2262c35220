"""Stripe's part of the API: `/v1/transfers` and their reversals."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from stripe_simulator.http.gate import SecretKeyRequired
from stripe_simulator.objects.reversals import NewReversal
from stripe_simulator.objects.transfers import NewTransfer
from stripe_simulator.protocol.parameters import Parameters

if TYPE_CHECKING:
    from starlette.requests import Request

    from stripe_simulator.faults import FaultSource
    from stripe_simulator.http.money_movements import MoneyMovements
    from stripe_simulator.http.request_counts import RequestCounts
    from stripe_simulator.ledger.ledger import Ledger


class StripeApi:
    """The endpoints; each is one call of the ledger."""

    def __init__(self, ledger: Ledger, movements: MoneyMovements, faults: FaultSource, counts: RequestCounts) -> None:
        self._ledger = ledger
        self._movements = movements
        self._faults = faults
        self._counts = counts

    def mount(self) -> Mount:
        """Return all routes, behind the check of the key."""
        return Mount(
            "/v1",
            routes=[
                Route("/transfers", self.create_transfer, methods=["POST"]),
                Route("/transfers", self.list_transfers),
                Route("/transfers/{id}", self.retrieve_transfer),
                Route("/transfers/{id}/reversals", self.create_reversal, methods=["POST"]),
                Route("/transfers/{id}/reversals", self.list_reversals),
                Route("/transfers/{id}/reversals/{reversal}", self.retrieve_reversal),
            ],
            middleware=[Middleware(SecretKeyRequired, counts=self._counts)],
        )

    async def create_transfer(self, request: Request) -> Response:
        """`POST /v1/transfers`."""
        return await self._movements.handle(request, NewTransfer.take)

    async def create_reversal(self, request: Request) -> Response:
        """`POST /v1/transfers/{id}/reversals`."""
        return await self._movements.handle(
            request,
            lambda parameters: NewReversal.take(self._ledger.transfer_row(request.path_params["id"]), parameters),
        )

    async def list_transfers(self, request: Request) -> Response:
        """`GET /v1/transfers`."""
        return await self._found(lambda: self._ledger.transfers(_query(request)))

    async def retrieve_transfer(self, request: Request) -> Response:
        """`GET /v1/transfers/{id}`."""
        _query(request).finish()
        return await self._found(lambda: self._ledger.transfer(request.path_params["id"]))

    async def list_reversals(self, request: Request) -> Response:
        """`GET /v1/transfers/{id}/reversals`."""
        return await self._found(lambda: self._ledger.reversals(request.path_params["id"], _query(request)))

    async def retrieve_reversal(self, request: Request) -> Response:
        """`GET /v1/transfers/{id}/reversals/{reversal}`."""
        _query(request).finish()
        ids = request.path_params
        return await self._found(lambda: self._ledger.reversal(ids["id"], ids["reversal"]))

    async def _found(self, read: Callable[[], dict[str, Any]]) -> Response:
        await self._faults.delay()
        return JSONResponse(read())


def _query(request: Request) -> Parameters:
    return Parameters.parse(request.scope["query_string"])
