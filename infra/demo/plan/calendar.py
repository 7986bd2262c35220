"""The days and hours of the history, with the shape of a week and of a day."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from demo.plan.company import AFFILIATES
from demo.plan.traffic import DECLINED, REVERSED, Fate, Tracked, Traffic, in_order

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
IMPRESSIONS_A_DAY: Final = 180
BONUSES_A_DAY: Final = 2
BOGOTA: Final = -5  # hours from UTC
_WEEK: Final = (0.95, 1.0, 1.05, 1.1, 1.35, 0.9, 0.65)  # from Monday
_HOURS: Final = (8, 5, 3, 2, 2, 4, 9, 18, 28, 36, 42, 48, 54, 50, 44, 42, 44, 50, 60, 74, 82, 70, 42, 19)
_BONUSES: Final = {"COP": (80_000, 400_000), "USD": (40, 260), "EUR": (40, 240)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bonus:
    """A payment that is not a commission."""

    at: datetime
    affiliate: str
    amount: Decimal
    currency: str
    reference: str
    correlation_id: str
    fate: Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """The events that arrive at the end of an hour, and the bonuses paid then."""

    at: datetime
    events: Sequence[Tracked]
    bonuses: Sequence[Bonus]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The plan of so many days until `ends`; the same values plan the same."""

    seed: int
    days: int
    ends: datetime

    @property
    def run(self) -> str:
        """The text that begins the ids and references of this plan."""
        return f"{self.ends:%y%m%d%H%M}-{self.seed:x}"

    @property
    def begins(self) -> datetime:
        """The time of the first hour."""
        return self.ends - self.days * DAY

    def share(self, at: datetime) -> float:
        """Return the place of an instant in the history, from 0 to 1."""
        return (at - self.begins) / (self.ends - self.begins)

    def at(self, share: float) -> datetime:
        """Return the instant at a share of the history."""
        return self.begins + share * (self.ends - self.begins)

    def day(self, number: int) -> list[Hour]:
        """Return the hours of a day, from 0."""
        chance = random.Random(f"{self.seed}-{number}")  # noqa: S311 - chance, not secrets
        traffic = Traffic(run=self.run, chance=chance)
        first = self.begins + number * DAY
        hours = [first + (hour + 1) * HOUR for hour in range(24)]
        paid_in = sorted(chance.sample(range(24), BONUSES_A_DAY))
        return [
            Hour(
                at=at,
                events=in_order([*traffic.visits(self._impressions(at, chance), share=self.share(at - HOUR), until=at,
                                                 within=HOUR)]),
                bonuses=[*self._bonuses(traffic, at)] if hour in paid_in else [],
            )
            for hour, at in enumerate(hours)
        ]  # fmt: skip

    def _impressions(self, at: datetime, chance: random.Random) -> int:
        local = at.astimezone(UTC) + timedelta(hours=BOGOTA) - HOUR / 2
        growth = 0.8 + 0.4 * self.share(at)
        expected = IMPRESSIONS_A_DAY * growth * _WEEK[local.weekday()] * _HOURS[local.hour] / sum(_HOURS)
        return max(0, round(chance.gauss(expected, expected**0.5)))

    def _bonuses(self, traffic: Traffic, at: datetime) -> Iterator[Bonus]:
        chance = traffic.chance
        affiliate = chance.choice(AFFILIATES)
        lowest, highest = _BONUSES[affiliate.currency]
        [fate] = chance.choices(list(Fate), [1 - DECLINED - REVERSED, DECLINED, REVERSED])
        yield Bonus(
            at=at - chance.random() * HOUR / 2,
            affiliate=affiliate.id,
            amount=Decimal(chance.randint(lowest, highest)),
            currency=affiliate.currency,
            reference=f"bono-{self.run}-{at:%m%d%H}",
            correlation_id=traffic.id(),
            fate=fate,
        )
