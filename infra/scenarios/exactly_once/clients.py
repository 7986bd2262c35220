"""Concurrent clients of the API, which repeat each request until it gets a final answer, as good clients do."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, TypeVar

import aiohttp

from aero.platform.errors import AeroError

if TYPE_CHECKING:
    from scenarios.exactly_once.plan import Conversion, PaymentRequest

T = TypeVar("T")

ANSWER_SECONDS: Final = 35
PATIENCE_SECONDS: Final = 300  # a request must get its final answer within this time
# This conflict ends by itself; other conflicts are final answers.
IN_PROGRESS: Final = "solicitud-en-curso"
TRANSIENT: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)


@dataclass(slots=True)
class Answers:
    """The final answers by reference, order or payment id, and the counts of earlier, transient ones."""

    final: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))
    repeated: Counter[str] = field(default_factory=Counter)
    replayed: int = 0


class Clients:
    """A number of concurrent clients."""

    def __init__(self, session: aiohttp.ClientSession, clients: int) -> None:
        self._session = session
        self._clients = clients
        self.answers, self.conversions = Answers(), Answers()

    async def pay(self, url: str, requests: Sequence[PaymentRequest], *, seconds: float) -> None:
        """Send the payments, spread over at least `seconds`."""

        async def send(request: PaymentRequest) -> None:
            headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": request.key} if request.key else {})
            await self._until_answered("POST", f"{url}/pagos/", request.body, headers, request.wanted.reference)

        await self._each(requests, send, seconds=seconds)

    async def convert(self, url: str, conversions: Sequence[Conversion], *, seconds: float) -> None:
        """Send the conversions, spread over at least `seconds`."""

        async def send(conversion: Conversion) -> None:
            headers = {"Content-Type": "application/json"}
            path = f"{url}/event-collector/events"
            into = self.conversions
            await self._until_answered("POST", path, conversion.body, headers, conversion.order, into=into)

        await self._each(conversions, send, seconds=seconds)

    async def reverse(self, url: str, ids: Sequence[str], *, seconds: float) -> None:
        """Reverse these payments, spread over at least `seconds`."""

        async def send(id_pago: str) -> None:
            body, headers = b'{"motivo": "scenario"}', {"Content-Type": "application/json"}
            await self._until_answered("PATCH", f"{url}/pagos/{id_pago}/revertir", body, headers, id_pago)

        await self._each(ids, send, seconds=seconds)

    async def _each(self, items: Sequence[T], send: Callable[[T], Awaitable[None]], *, seconds: float) -> None:
        began = time.monotonic()
        todo = iter(enumerate(items))

        async def client() -> None:
            for number, item in todo:
                await asyncio.sleep(max(0.0, began + number * seconds / len(items) - time.monotonic()))
                await send(item)

        await asyncio.gather(*(client() for _ in range(self._clients)))

    async def _until_answered(
        self, method: str, url: str, body: bytes, headers: dict[str, str], what: str, *, into: Answers | None = None
    ) -> None:
        answers = self.answers if into is None else into
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                status, text, received = await self._ask(method, url, body, headers)
            except (aiohttp.ClientError, TimeoutError) as error:
                problem, wait = type(error).__name__, 1.0
            else:
                again = status in TRANSIENT or (status == HTTPStatus.CONFLICT and _code(text) == IN_PROGRESS)
                if not again:
                    answers.final[what].append((status, text))
                    answers.replayed += "Idempotency-Replayed" in received
                    return
                problem, wait = str(status), float(received.get("Retry-After", "1"))
            answers.repeated[problem] += 1
            if time.monotonic() > deadline:
                raise AeroError(f"{method} {url} was not answered in {PATIENCE_SECONDS} s; last: {problem}.")
            await asyncio.sleep(wait)

    async def _ask(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, Any]:
        async with self._session.request(method, url, data=body, headers=headers) as answer:
            return answer.status, await answer.text(), answer.headers


@asynccontextmanager
async def connected_clients(clients: int) -> AsyncIterator[Clients]:
    """Open the clients' connections; leaving the block closes them."""
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=clients)) as session:
        yield Clients(session, clients)


def _code(text: str) -> str:
    try:
        return str(json.loads(text).get("codigo"))
    except (ValueError, AttributeError):
        return ""
