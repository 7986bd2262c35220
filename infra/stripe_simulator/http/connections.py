"""Ends connections without an answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send
    from uvicorn import Config
    from uvicorn.server import ServerState

_PROTOCOL: Final = "protocol"


class ExposedConnection(H11Protocol):
    """uvicorn's HTTP protocol, which the application finds in its scope: ASGI itself cannot hang up."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, {**app_state, _PROTOCOL: self}, _loop)


class HeldConnections:
    """The connections held open without an answer, so that a stop does not wait for them."""

    def __init__(self) -> None:
        self._released = asyncio.Event()

    def release(self) -> None:
        """Close them all, and every later one at once."""
        self._released.set()

    async def hold(self, receive: Receive, seconds: float) -> None:
        """Wait until the client leaves, the time is over, or all are released."""
        waits = {asyncio.ensure_future(_client_left(receive)), asyncio.ensure_future(self._released.wait())}
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()


class NoAnswer(Response):
    """A response that closes the connection without a byte, at once or after holding it."""

    def __init__(self, held: HeldConnections, *, hold_seconds: float = 0) -> None:
        super().__init__()
        self._held = held
        self._hold_seconds = hold_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold, then hang up."""
        del send
        if self._hold_seconds:
            await self._held.hold(receive, self._hold_seconds)
        scope["state"][_PROTOCOL].transport.close()
        await _client_left(receive)  # uvicorn answers 500 if the application returns earlier


async def _client_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
