"""The traffic of each hour: impressions lead to clicks, clicks to page views and sales."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from demo.plan.company import AFFILIATES, CAMPAIGNS, Affiliate, Campaign

CLICKS, PAGE_VIEWS, SALES = 0.22, 0.3, 0.18  # a click of an impression, and what follows of a click
NO_CAMPAIGN: Final = 0.08
DECLINED, REVERSED, REPORTED_TWICE = 0.05, 0.04, 0.04  # shares of the sales

_DEVICES: Final = {
    ("MOBILE", "Android 15", "Chrome Mobile 142"): 46,
    ("MOBILE", "iOS 19", "Mobile Safari 19"): 21,
    ("DESKTOP", "Windows 11", "Chrome 142"): 20,
    ("DESKTOP", "Mac OS X 15", "Safari 19"): 8,
    ("TABLET", "iOS 19", "Mobile Safari 19"): 5,
}
_MEDIA: Final = {"instagram": 5, "google": 4, "tiktok": 3, "boletin": 2, "youtube": 1}
_VALUES: Final = {"COP": (24_000, 320_000, -2), "USD": (12, 190, 0), "EUR": (10, 150, 0)}


class Fate(StrEnum):
    """The outcome of a payment."""

    paid = "paid"
    declined = "declined"
    reversed = "reversed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """A tracking event: its document without campaign and key, the campaign's slug, and its correlation id.

    `fate` is the outcome of a conversion's payment.
    """

    document: Mapping[str, Any]
    campaign: str | None
    correlation_id: str
    fate: Fate = Fate.paid

    @property
    def is_sale(self) -> bool:
        """Whether the event is a conversion."""
        return bool(self.document["tipo_evento"] == "CONVERSION")

    @property
    def proven(self) -> bool:
        """Whether the affiliate's server sends it with an API key."""
        return bool(self.document["fuente_evento"] == "API_DIRECT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Chooses visits; `run` begins the ids of sales, so that they are unique."""

    run: str
    chance: random.Random

    def visits(self, number: int, *, share: float, until: datetime, within: timedelta) -> Iterator[Tracked]:
        """Yield the events of so many impressions shown before `until`; `share` is the place in the history."""
        weights = [affiliate.weight for affiliate in AFFILIATES]
        for _ in range(number):
            [affiliate] = self.chance.choices(AFFILIATES, weights)
            running = [each for each in CAMPAIGNS if each.affiliate == affiliate.id and each.is_active(share)]
            campaign = None if not running or self.chance.random() < NO_CAMPAIGN else self.chance.choice(running)
            seen = until - self.chance.random() * within
            yield from self._visit(affiliate, campaign, seen, until)

    def _visit(
        self, affiliate: Affiliate, campaign: Campaign | None, seen: datetime, until: datetime
    ) -> Iterator[Tracked]:
        def later(seconds: float) -> datetime:
            return min(until, seen + timedelta(seconds=self.chance.uniform(1, seconds)))

        visit = self._visitor(affiliate)
        yield self._event("IMPRESSION", visit, campaign, seen)
        if self.chance.random() >= CLICKS:
            return
        yield self._event("CLICK", visit, campaign, later(20))
        if self.chance.random() < PAGE_VIEWS:
            yield self._event("PAGE_VIEW", visit, campaign, later(60))
        if self.chance.random() < SALES:
            yield from self._sale(affiliate, visit, campaign, later(600))

    def _sale(
        self, affiliate: Affiliate, visit: Mapping[str, Any], campaign: Campaign | None, at: datetime
    ) -> Iterator[Tracked]:
        [fate] = self.chance.choices(list(Fate), [1 - DECLINED - REVERSED, DECLINED, REVERSED])
        sale = {
            **visit,
            "valor_conversion": self.value(affiliate.currency),
            "moneda": affiliate.currency,
            "id_evento_cliente": f"pedido-{self.run}-{self.chance.getrandbits(40):010x}",
        }
        if affiliate.key:
            yield self._event("CONVERSION", {**sale, "fuente_evento": "API_DIRECT"}, campaign, at, fate=fate)
            if self.chance.random() >= REPORTED_TWICE:
                return
        yield self._event("CONVERSION", sale, campaign, at, fate=fate)

    def value(self, currency: str) -> Decimal:
        """Return the value of a sale; small ones are more frequent."""
        lowest, highest, digits = _VALUES[currency]
        drawn = lowest + (highest - lowest) * self.chance.random() ** 2
        return Decimal(str(round(drawn, digits or 2)))

    def _visitor(self, affiliate: Affiliate) -> dict[str, Any]:
        [device] = self.chance.choices(list(_DEVICES), list(_DEVICES.values()))
        [medium] = self.chance.choices(list(_MEDIA), list(_MEDIA.values()))
        from_an_app = device[0] == "MOBILE" and self.chance.random() < 1 / 4
        return {
            "id_afiliado": affiliate.id,
            "fuente_evento": "MOBILE_SDK" if from_an_app else "WEB_TAG",
            "tipo_dispositivo": device[0],
            "sistema_operativo": device[1],
            "navegador": device[2],
            "id_sesion": f"s-{self.chance.getrandbits(48):012x}",
            "url": f"https://{affiliate.id}.example/?utm_source={medium}",
        }

    def _event(
        self, kind: str, visit: Mapping[str, Any], campaign: Campaign | None, at: datetime, *, fate: Fate = Fate.paid
    ) -> Tracked:
        return Tracked(
            document={**visit, "tipo_evento": kind, "timestamp": at.isoformat()},
            campaign=None if campaign is None else campaign.slug,
            correlation_id=self.id(),
            fate=fate,
        )

    def id(self) -> str:
        """Return a new id."""
        return str(UUID(int=self.chance.getrandbits(128), version=4))


def in_order(events: Sequence[Tracked]) -> list[Tracked]:
    """Return the events by their time; of a sale reported twice, the server's report stays the first."""
    return sorted(events, key=lambda event: str(event.document["timestamp"]))
