"""Switches the version, and calculates how stale the version of an answer is."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aero.platform.errors import AeroError
from reportes.aplicacion.versiones import Publicacion
from reportes.dominio.version import Canario, Reparto, Version
from reportes.infraestructura.published_version import VersionPublicada
from scenarios.steady_load import ask

if TYPE_CHECKING:
    import aiohttp

PATH: Final = "/api/reports/version"
CANARY_SHARE: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRequest:
    """A request to read the version (`GET`) or to change it (`PUT` with a body)."""

    method: str = "GET"
    body: bytes | None = None
    path: str = PATH

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the HTTP headers."""
        return {"Content-Type": "application/json"} if self.body else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A change of the version; times are by `time.monotonic`, and `problem` is empty if it was accepted."""

    to: Reparto
    sent: float
    done: float
    problem: str = ""


class Switcher:
    """Changes the version of the running platform."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, seed: int, author: str) -> None:
        self.switches: list[Switch] = []
        self._session = session
        self._url = url
        self._author = author
        self._random = random.Random(seed)  # noqa: S311 - chance, not secrets

    async def active(self) -> Reparto:
        """Return the active version; raises AeroError."""
        return _reparto(await self._read())

    async def history(self) -> list[Reparto]:
        """Return the versions activated by this author, the latest first; raises AeroError."""
        return [_reparto(entry) for entry in (await self._read())["history"] if entry["by"] == self._author]

    async def switch_at_random(self, count: int, seconds: float) -> None:
        """Switch `count` times within `seconds`, at independent random moments."""
        began = time.monotonic()
        for moment in sorted(self._random.uniform(0, seconds) for _ in range(count)):
            await asyncio.sleep(max(0.0, began + moment - time.monotonic()))
            await self.switch(self._another(self.switches[-1].to))

    async def switch(self, to: Reparto) -> None:
        """Activate a version, and record the attempt in `switches`."""
        sent = time.monotonic()
        wanted = VersionPublicada.de(Publicacion(reparto=to, por=self._author))
        request = VersionRequest(method="PUT", body=wanted.model_dump_json().encode())
        answer = await ask(self._session, self._url, request)
        self.switches.append(Switch(to=to, sent=sent, done=time.monotonic(), problem=answer.problem))

    async def _read(self) -> dict[str, Any]:
        answer = await ask(self._session, self._url, VersionRequest())
        if answer.problem:
            raise AeroError(f"The report version cannot be read: {answer.problem}", cure="See aero status.")
        document: dict[str, Any] = json.loads(answer.body)
        return document

    def _another(self, current: Reparto) -> Reparto:
        """Choose the other version, for all affiliates or first for some."""
        other = Version.V2 if current.activa is Version.V1 else Version.V1
        if current.canario is None and self._random.random() < CANARY_SHARE:
            percent = self._random.choice([10, 50, 90])
            return Reparto(activa=current.activa, canario=Canario(version=other, porcentaje=percent))
        return Reparto(activa=other)


def staleness(
    version: Version, affiliate: str | None, *, sent: float, done: float, switches: Sequence[Switch]
) -> float:
    """Return for how many seconds the answer's version had been outdated when the request was sent.

    0 if the version may have been the active one at some moment between `sent` and `done`; infinite if it never was.
    """
    last_right = float("-inf")
    for number, switch in enumerate(switches):
        if switch.sent <= done and switch.to.version_de(affiliate) is version:
            following = switches[number + 1] if number + 1 < len(switches) else None
            last_right = max(last_right, following.done if following else done)
    return max(0.0, sent - last_right)


def _reparto(document: dict[str, Any]) -> Reparto:
    return VersionPublicada.model_validate({name: document[name] for name in VersionPublicada.model_fields}).reparto()
