"""The health of each API, checked after a deploy and for `aero status`."""

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
    from aero.platform.ports import PortTable

# The function that answers GET /health on each port of the API. Both reports ports lead to the same function.
FUNCTIONS: Final = {
    "api": "pagos-api",
    "campaigns": "campanas-proxy",
    "primary": "campanas-primaria",
    "replica": "campanas-replica",
    "event-collector": "event-collector-api",
    "reports-v1": "reportes-api",
    "reports-v2": "reportes-api",
}
# The title and the path of each function that answers on the port `api` beside pagos-api.
BESIDE: Final = {
    "connector-api": ("Connector API", "/connector/health"),
    "portal": ("Web pages", "/"),
}
# The port and path of a function's readiness, for `aero status`. The other functions only tell that they are alive.
READINESS: Final = {
    "pagos-api": ("api", "/ready"),
    "event-collector-api": ("event-collector", "/event-collector/ready"),
    "reportes-api": ("api", "/api/reports/ready"),
    "connector-api": ("api", "/connector/ready"),
}
FIRST_ANSWER_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiStatus:
    """The readiness of an API. `status` is its HTTP status, or 0 without an answer in time.

    `missing` has the reason for each unavailable dependency; with any, the API is degraded.
    """

    title: str
    url: str
    function: str
    status: int
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def is_served(self) -> bool:
        """Whether the API answers, degraded or not."""
        return self.status == HTTPStatus.OK

    @property
    def problem(self) -> str:
        """The problem of the API with its cure; empty if the API is served and not degraded."""
        if self.is_served:
            causes = "; ".join(f"{name}: {cause.removesuffix('.')}" for name, cause in self.missing.items())
            return f"{self.title} is degraded: {causes}. {self._cure}" if causes else ""
        outcome = f"is answered {self.status}" if self.status else f"is not answered within {ANSWER_SECONDS:.0f} s"
        return f"{self.title}: GET {self.url} {outcome}. See aero logs {self.function}."

    @property
    def _cure(self) -> str:
        if "parameterStore" not in self.missing:
            return f"See aero logs {self.function} localstack."
        put = f"curl -X PUT {self.url.removesuffix('ready')}version"
        return (
            "The last known version is served. Publish the version again, v1 or v2: "
            f"{put} -H 'Content-Type: application/json' -d '{{\"active\":\"v1\"}}'; "
            f"if that is refused, see aero logs {self.function} localstack."
        )


@dataclass(frozen=True, slots=True)
class _Api:
    """A function with the address at which it tells that it is alive."""

    title: str
    function: str
    url: str


def _apis(table: PortTable, debugged: Collection[str]) -> list[_Api]:
    """Return the API of each function that does not wait for a debugger."""
    on_ports = {
        FUNCTIONS[port.name]: _Api(port.title, FUNCTIONS[port.name], f"{port.http}/health")
        for port in reversed(table.local)
    }
    beside = [_Api(title, function, f"{table['api'].http}{path}") for function, (title, path) in BESIDE.items()]
    return [api for api in (*reversed(on_ports.values()), *beside) if api.function not in debugged]


def api_statuses(table: PortTable, debugged: Collection[str]) -> list[ApiStatus]:
    """Return the readiness of all APIs, requested in parallel, except for the functions being debugged."""

    async def ask(api: _Api) -> ApiStatus:
        name, path = READINESS.get(api.function, ("", ""))
        url = f"{table[name].http}{path}" if name else api.url
        status, body = await http_get(url, seconds=ANSWER_SECONDS)
        missing = _missing(body) if status == HTTPStatus.OK else {}
        return ApiStatus(title=api.title, url=url, function=api.function, status=status, missing=missing)

    async def look() -> list[ApiStatus]:
        return await asyncio.gather(*(ask(api) for api in _apis(table, debugged)))

    return asyncio.run(look())


def _missing(body: bytes) -> dict[str, str]:
    """Return the unavailable dependencies of a readiness answer. A health answer has none."""
    document = json.loads(body)
    return {name: state for name, state in document.get("dependencias", {}).items() if state != "ok"}


async def first_requests(
    table: PortTable,
    debugged: Collection[str],
    *,
    as_long_as: Callable[[], bool],
    seconds: float = FIRST_ANSWER_SECONDS,
) -> str:
    """Wait until every API answers that it is alive, and return a sentence on it.

    Raises AeroError with all APIs that do not answer within `seconds`.
    """

    async def ask(api: _Api) -> bool:
        return await until_served(
            api.url,
            seconds=seconds,
            cure=f"See aero logs {api.function}, and aero logs localstack.",
            as_long_as=as_long_as,
        )

    apis = _apis(table, debugged)
    answers = await asyncio.gather(*(ask(api) for api in apis), return_exceptions=True)
    failures = [answer for answer in answers if isinstance(answer, BaseException)]
    for failure in failures:
        if not isinstance(failure, AeroError):
            raise failure
    if expected := [failure for failure in failures if isinstance(failure, AeroError)]:
        cures = dict.fromkeys(failure.cure for failure in expected)
        raise AeroError("\n".join(failure.message for failure in expected), cure=" ".join(cures))
    if not all(answers):
        return "not tried: the router is stopped"
    waiting = f"; waiting for a debugger: {', '.join(sorted(debugged))}" if debugged else ""
    return f"{len(apis)} APIs answer{waiting}"
