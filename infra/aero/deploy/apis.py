"""Whether each API is served, asked at its own way in: after a deploy, and for `aero status`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from aero.platform.errors import AeroError
from aero.process.http_probe import ANSWER_SECONDS, http_get
from aero.process.waiting import until_served

if TYPE_CHECKING:
    from aero.platform.ports import Port, PortTable

# The function that answers GET /health on a port of the API; both ports of the reports are one function's.
FUNCTIONS: Final = {
    "api": "pagos-api",
    "campaigns": "campanas-proxy",
    "primary": "campanas-primaria",
    "replica": "campanas-replica",
    "event-collector": "event-collector-api",
    "reports-v1": "reportes-api",
    "reports-v2": "reportes-api",
}
# Where a function says whether it can do its work now, as `aero status` asks; the others have GET /health alone.
READINESS: Final = {
    "pagos-api": ("api", "/ready"),
    "event-collector-api": ("event-collector", "/event-collector/ready"),
    "reportes-api": ("api", "/api/reports/ready"),
}
FIRST_ANSWER_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiStatus:
    """What an API answers when it is asked whether it is ready; 0 when it does not in time.

    `missing` is what it does without meanwhile, and why: it is then degraded.
    """

    title: str
    url: str
    function: str
    status: int
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def is_served(self) -> bool:
        """Whether it does its work, if without something."""
        return self.status == HTTPStatus.OK

    @property
    def problem(self) -> str:
        """In words, with the way out; empty when it is served, and nothing is missing."""
        if self.is_served:
            causes = "; ".join(f"{name}: {cause.removesuffix('.')}" for name, cause in self.missing.items())
            return f"{self.title} is degraded: {causes}. {self._cure}" if causes else ""
        said = f"is answered {self.status}" if self.status else f"is not answered within {ANSWER_SECONDS:.0f} s"
        return f"{self.title}: GET {self.url} {said}. See aero logs {self.function}."

    @property
    def _cure(self) -> str:
        if "parameterStore" not in self.missing:
            return f"See aero logs {self.function} localstack."
        put = f"curl -X PUT {self.url.removesuffix('ready')}version"
        return (
            "The last version that is known is served. Publish one anew, v1 or v2: "
            f"{put} -H 'Content-Type: application/json' -d '{{\"active\":\"v1\"}}'; "
            f"if that is refused, see aero logs {self.function} localstack."
        )


def _ports(table: PortTable, debugged: Collection[str]) -> list[Port]:
    """One for each function that does not wait for a debugger."""
    by_function = {FUNCTIONS[port.name]: port for port in reversed(table.local)}
    return [port for function, port in reversed(by_function.items()) if function not in debugged]


def api_statuses(table: PortTable, debugged: Collection[str]) -> list[ApiStatus]:
    """Of all of them, asked side by side; not of those that are being debugged."""

    async def ask(port: Port) -> ApiStatus:
        function = FUNCTIONS[port.name]
        name, path = READINESS.get(function, (port.name, "/health"))
        url = f"{table[name].http}{path}"
        status, body = await http_get(url, seconds=ANSWER_SECONDS)
        missing = _missing(body) if status == HTTPStatus.OK else {}
        return ApiStatus(title=port.title, url=url, function=function, status=status, missing=missing)

    async def look() -> list[ApiStatus]:
        return await asyncio.gather(*(ask(port) for port in _ports(table, debugged)))

    return asyncio.run(look())


def _missing(body: bytes) -> dict[str, str]:
    """What a readiness names that does not answer; other answers name none."""
    document = json.loads(body)
    return {name: state for name, state in document.get("dependencias", {}).items() if state != "ok"}


async def first_requests(
    table: PortTable,
    debugged: Collection[str],
    *,
    as_long_as: Callable[[], bool],
    seconds: float = FIRST_ANSWER_SECONDS,
) -> str:
    """Wait until every API is served; a sentence about it. Raises AeroError with all that are not."""

    async def ask(port: Port) -> bool:
        function = FUNCTIONS[port.name]
        return await until_served(
            f"{port.http}/health",
            seconds=seconds,
            cure=f"See aero logs {function}, and aero logs localstack.",
            as_long_as=as_long_as,
        )

    ports = _ports(table, debugged)
    answers = await asyncio.gather(*(ask(port) for port in ports), return_exceptions=True)
    failures = [answer for answer in answers if isinstance(answer, BaseException)]
    for failure in failures:
        if not isinstance(failure, AeroError):
            raise failure
    if expected := [failure for failure in failures if isinstance(failure, AeroError)]:
        cures = dict.fromkeys(failure.cure for failure in expected)
        raise AeroError("\n".join(failure.message for failure in expected), cure=" ".join(cures))
    if not all(answers):
        return "not tried: the router is stopped"
    waiting = f"; {', '.join(sorted(debugged))} wait for a debugger" if debugged else ""
    return f"{len(ports)} APIs answer GET /health{waiting}"
