"""Every request to Stripe's part gets an id, is counted, and needs a secret key."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from stripe_simulator.protocol.object_ids import new_id
from stripe_simulator.protocol.stripe_error import StripeError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from stripe_simulator.http.request_counts import RequestCounts


class RequestId:
    """Names each request in the answer's `Request-Id`, even if the answer is an error."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request under a new id."""
        request_id = scope["state"]["request_id"] = new_id("req", 14)

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Request-Id"] = request_id
            await send(message)

        await self._app(scope, receive, send_named)


class SecretKeyRequired:
    """Requires a secret key, as bearer token or as the user name of basic authentication."""

    def __init__(self, app: ASGIApp, *, counts: RequestCounts) -> None:
        self._app = app
        self._counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the request, then serve it or raise `StripeError` (401)."""
        self._counts.requests += 1
        require_secret_key(Headers(scope=scope).get("Authorization"))
        await self._app(scope, receive, send)


def require_secret_key(authorization: str | None) -> None:
    """Raise `StripeError` (401) unless the header holds a key of the form `sk_…`."""
    scheme, _, credentials = (authorization or "").partition(" ")
    match scheme.lower():
        case "bearer":
            key = credentials.strip()
        case "basic":
            key = _user_name(credentials)
        case _:
            key = ""
    if not key:
        raise StripeError(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
            "https://stripe.com/docs/api#authentication for details.",
            status=401,
        )
    if not key.startswith("sk_"):
        raise StripeError(f"Invalid API Key provided: {key[:3]}***{key[-4:]}", status=401)


def _user_name(credentials: str) -> str:
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""
