"""The requests of the load: reports in every way, and payments, which change the reports meanwhile."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

from reportes.dominio.version import Version
from seedwork.infraestructura.text import decimal_json

REPORT: Final = "/api/reports/payments"
AFFILIATES: Final = 20
CURRENCIES: Final = ("COP", "USD", "EUR")


class Way(StrEnum):
    """A way to request a report; `payment` makes a payment instead."""

    active = "as it is active"
    pinned = "with ?version="
    v1 = "on port 9001"
    v2 = "on port 9002"
    csv = "as CSV"
    payment = "a payment"


# The weight of each way.
MIX: Final = {Way.active: 10, Way.pinned: 2, Way.v1: 2, Way.v2: 2, Way.csv: 2, Way.payment: 2}
PORTS: Final = {Way.v1: "reports-v1", Way.v2: "reports-v2"}
FIXED: Final = {Way.v1: Version.V1, Way.v2: Version.V2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request; `version` is its required version, None if the affiliate's version at the time is required."""

    way: Way
    path: str
    method: str = "GET"
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    version: Version | None = None
    affiliate: str | None = None
    status: str | None = None

    @property
    def port(self) -> str:
        """Return its port's name in aero's table of ports."""
        return PORTS.get(self.way, "api")


class Requests:
    """Chooses requests by the seed; the paid affiliates' names contain `run`."""

    def __init__(self, *, seed: int, run: str) -> None:
        self.affiliates = [f"{run}-{number:02}" for number in range(AFFILIATES)]
        self._run = run
        self._random = random.Random(seed)  # noqa: S311 - chance, not secrets
        self._payments = 0

    def next(self) -> Request:
        """Choose the next request."""
        [way] = self._random.choices(list(MIX), list(MIX.values()))
        return self._payment() if way is Way.payment else self._report(way)

    def _payment(self) -> Request:
        """Return a request for a new payment."""
        self._payments += 1
        body = {
            "id_afiliado": self._random.choice(self.affiliates),
            "monto": Decimal(self._random.randint(100, 10_000_000)).scaleb(-2),
            "moneda": self._random.choice(CURRENCIES),
            "referencia_pago": f"{self._run}-{self._payments}",
        }
        return Request(
            way=Way.payment, method="POST", path="/pagos", body=decimal_json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )  # fmt: skip

    def _report(self, way: Way) -> Request:
        chance, query = self._random, {}
        affiliate = chance.choice([None, *self.affiliates])
        status = chance.choice([None, None, None, "PENDING", "COMPLETED", "FAILED"])
        version = FIXED.get(way)
        if way is Way.pinned:
            version = chance.choice(list(Version))
            query["version"] = str(version)
        if affiliate:
            query["id_afiliado"] = affiliate
        if status:
            query["estado"] = status
        if chance.random() < 1 / 2:
            query["moneda"] = chance.choice(CURRENCIES)
        if chance.random() < 1 / 2:
            now = datetime.now(UTC)
            query |= {
                "fecha_desde": (now - timedelta(days=chance.randrange(1, 800))).isoformat(),
                "fecha_hasta": (now + timedelta(days=1)).isoformat(),
            }
        path = f"{REPORT}.csv" if way is Way.csv else REPORT
        return Request(way=way, path=f"{path}?{urlencode(query)}", version=version, affiliate=affiliate, status=status)
