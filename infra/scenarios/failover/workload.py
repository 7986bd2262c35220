"""The requests of the load: no two writes change one campaign at a time, so each succeeds if the service works."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from scenarios.failover.campaigns import TRANSITIONS, Campaign, Kind, State
from seedwork.infraestructura.text import decimal_json

# The weight of each kind. A write that no campaign allows at the moment becomes another write, in the end a creation.
MIX: Final = {
    Kind.read: 36,
    Kind.list: 14,
    Kind.metrics: 10,
    Kind.create: 10,
    Kind.rename: 8,
    Kind.budget: 8,
    Kind.activate: 6,
    Kind.pause: 6,
    Kind.finish: 1,
    Kind.cancel: 1,
}
KEYED_SHARE: Final = 0.25  # share of writes with an idempotency key; the proxy gives the others one
AFFILIATES: Final = 20
LIST_LIMIT: Final = 20
ROOT: Final = "/api/campaigns"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request. Each has its own correlation id; `state` is its campaign's state after a successful write."""

    number: int
    kind: Kind
    method: str
    path: str
    correlation_id: str
    key: str | None = None
    body: bytes | None = None
    campaign: Campaign | None = None
    state: State | None = None

    @property
    def headers(self) -> dict[str, str]:
        """Return the HTTP headers."""
        headers = {"X-Correlation-Id": self.correlation_id}
        if self.key:
            headers["Idempotency-Key"] = self.key
        return headers | ({"Content-Type": "application/json"} if self.body else {})


class Workload:
    """Chooses requests by the seed; `run` distinguishes its correlation ids from another run's."""

    def __init__(self, *, seed: int, run: str, always_keyed: bool = False) -> None:
        self.run = run
        self.campaigns: list[Campaign] = []
        self._random = random.Random(seed)  # noqa: S311 - chance, not secrets
        self._keyed_share = 1.0 if always_keyed else KEYED_SHARE
        self._number = 0
        self._start = datetime.now(UTC) + timedelta(days=1)

    def next(self) -> Request:
        """Choose the next request."""
        [kind] = self._random.choices(list(MIX), list(MIX.values()))
        if not kind.is_write:
            return self._read(kind)
        others = self._random.sample(list(TRANSITIONS), len(TRANSITIONS))
        for wanted in (kind, *others):
            if wanted is Kind.create:
                break
            if free := [campaign for campaign in self.campaigns if _allows(campaign, wanted)]:
                return self._change(wanted, self._random.choice(free))
        return self.create()

    def create(self) -> Request:
        """Return a request for a new campaign."""
        name, amount = self._name(), self._amount()
        state = State(nombre=name, estado="CREATED", monto=amount)
        request = self._request(Kind.create, "POST", ROOT, {})
        campaign = Campaign(created_by=request.correlation_id, states=(state,), is_busy=True)
        self.campaigns.append(campaign)
        body = {
            "nombre": name,
            "descripcion": campaign.created_by,  # identifies a duplicate even after it is renamed
            "presupuesto": {"monto": amount, "moneda": "COP"},
            "fecha_inicio": self._start.isoformat(),
            "fecha_fin": (self._start + timedelta(days=30)).isoformat(),
            "id_afiliado": self._affiliate(),
        }
        return replace(request, body=_json(body), campaign=campaign, state=state)

    def settle(self, request: Request, *, succeeded: bool, body: bytes = b"") -> None:
        """Record a request's outcome in its campaign."""
        if not (campaign := request.campaign) or not (state := request.state):
            return
        campaign.is_busy = False
        if succeeded:
            campaign.states = (state,)
            if request.kind is Kind.create:
                campaign.id = str(json.loads(body)["id"])
        elif request.kind is Kind.create:
            campaign.states = (replace(state, estado=""), state)
        else:
            campaign.states = (*campaign.states, state)

    def _read(self, kind: Kind) -> Request:
        known = [campaign.id for campaign in self.campaigns if campaign.id]
        if kind is Kind.list or not known:
            path = f"{ROOT}?limit={LIST_LIMIT}&offset=0&id_afiliado={self._affiliate()}"
            return self._request(Kind.list, "GET", path)
        path = f"{ROOT}/{self._random.choice(known)}"
        return self._request(kind, "GET", f"{path}/metrics" if kind is Kind.metrics else path)

    def _change(self, kind: Kind, campaign: Campaign) -> Request:
        [state], path = campaign.states, f"{ROOT}/{campaign.id}"
        body: dict[str, Any] | None = None
        if kind is Kind.rename:
            state = replace(state, nombre=self._name())
            body = {"nombre": state.nombre}
        elif kind is Kind.budget:
            state, path = replace(state, monto=self._amount()), f"{path}/budget"
            body = {"monto": state.monto, "moneda": "COP"}
        else:
            state, path = state.moved(kind), f"{path}/{kind}"
        campaign.is_busy = True
        return replace(self._request(kind, "PATCH", path, body), campaign=campaign, state=state)

    def _request(self, kind: Kind, method: str, path: str, body: Mapping[str, Any] | None = None) -> Request:
        self._number += 1
        correlation_id = f"{self.run}-{self._number}"
        keyed = kind.is_write and self._random.random() < self._keyed_share
        return Request(
            number=self._number, kind=kind, method=method, path=path, correlation_id=correlation_id,
            key=f"key-{correlation_id}" if keyed else None, body=_json(body) if body else None,
        )  # fmt: skip

    def _name(self) -> str:
        return f"Campaña {self._random.getrandbits(48):012x}"

    def _amount(self) -> Decimal:
        return Decimal(self._random.randint(10_000, 100_000_000)).scaleb(-2)

    def _affiliate(self) -> str:
        return f"afiliado-{self._random.randrange(AFFILIATES):03}"


def _allows(campaign: Campaign, kind: Kind) -> bool:
    return campaign.is_free and campaign.states[0].allows(kind)


def _json(document: Mapping[str, Any]) -> bytes:
    return decimal_json.dumps(document).encode()
