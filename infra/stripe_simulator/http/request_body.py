"""Reads a request's body within a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stripe_simulator.protocol.stripe_error import StripeError

if TYPE_CHECKING:
    from starlette.requests import Request

MAX_BYTES: Final = 64 * 1024
"""Far more than the space for fifty metadata values of 500 characters."""


async def read_body(request: Request) -> bytes:
    """Return the whole body; raises `StripeError` (413) above `MAX_BYTES`, and uvicorn discards the rest."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise StripeError(f"Request body is too large: the limit is {MAX_BYTES} bytes.", status=413)
    return bytes(body)
