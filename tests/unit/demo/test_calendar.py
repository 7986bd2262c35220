"""The plan of the demonstration: the seed alone chooses it, and it has the shape of a business."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from demo.plan.calendar import Calendar
from demo.plan.company import AFFILIATES, CAMPAIGNS
from demo.plan.traffic import Fate, Tracked

ENDS = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)  # a Monday
CALENDAR = Calendar(seed=7, days=28, ends=ENDS)


@pytest.fixture(scope="module")
def events() -> list[Tracked]:
    """All events of four weeks."""
    return [event for day in range(28) for hour in CALENDAR.day(day) for event in hour.events]


def kinds(events: list[Tracked]) -> Counter[str]:
    """Count the events by type."""
    return Counter(str(event.document["tipo_evento"]) for event in events)


def test_the_same_seed_plans_the_same() -> None:
    """A second run must find what an interrupted one has written."""
    assert Calendar(seed=7, days=28, ends=ENDS).day(3) == CALENDAR.day(3)
    assert Calendar(seed=8, days=28, ends=ENDS).day(3) != CALENDAR.day(3)


def test_each_step_of_the_funnel_is_smaller(events: list[Tracked]) -> None:
    """Impressions lead to clicks, and clicks to page views and sales."""
    counts = kinds(events)
    assert counts["IMPRESSION"] > 3 * counts["CLICK"] > 3 * counts["PAGE_VIEW"] > counts["CONVERSION"] > 100


def test_a_friday_is_busier_than_a_sunday(events: list[Tracked]) -> None:
    """The week has a shape, in the time of Bogotá."""
    days = Counter((instant(event) - timedelta(hours=5)).weekday() for event in events)
    assert days[4] > 1.5 * days[6]


def test_an_evening_is_busier_than_a_night(events: list[Tracked]) -> None:
    """The day has a shape."""
    hours = Counter((instant(event) - timedelta(hours=5)).hour for event in events)
    assert hours[20] > 5 * hours[3]


def test_events_have_several_sources_and_devices(events: list[Tracked]) -> None:
    """Three sources, three kinds of devices, three currencies."""
    assert {event.document["fuente_evento"] for event in events} == {"WEB_TAG", "MOBILE_SDK", "API_DIRECT"}
    assert {event.document["tipo_dispositivo"] for event in events} == {"MOBILE", "DESKTOP", "TABLET"}
    assert {event.document["moneda"] for event in events if event.is_sale} == {"COP", "USD", "EUR"}


def test_sales_have_every_fate_and_some_are_reported_twice(events: list[Tracked]) -> None:
    """The second report of a sale comes after its server's, under the same id."""
    sales = [event for event in events if event.is_sale]
    assert {event.fate for event in sales} == set(Fate)
    by_order: dict[str, list[bool]] = {}
    for sale in sales:
        by_order.setdefault(str(sale.document["id_evento_cliente"]), []).append(sale.proven)
    twice = [proofs for proofs in by_order.values() if len(proofs) > 1]
    assert twice
    assert all(proofs == [True, False] for proofs in twice)


def test_only_active_campaigns_have_traffic(events: list[Tracked]) -> None:
    """An event names a campaign of its affiliate that is active at its hour."""
    by_slug = {campaign.slug: campaign for campaign in CAMPAIGNS}
    for event in events:
        if event.campaign is not None:
            campaign = by_slug[event.campaign]
            assert campaign.affiliate == event.document["id_afiliado"]
            assert any(campaign.is_active(CALENDAR.share(instant(event)) - wait / 24 / 28) for wait in (0, 1, 2))


def test_every_instant_lies_in_its_hour() -> None:
    """The collector refuses an event from its future, or older than a day."""
    for hour in CALENDAR.day(0):
        assert all(hour.at - timedelta(hours=1) <= instant(event) <= hour.at for event in hour.events)
        assert all(hour.at - timedelta(hours=1) <= bonus.at <= hour.at for bonus in hour.bonuses)
    assert CALENDAR.day(27)[-1].at == ENDS


def test_every_campaign_belongs_to_an_affiliate_and_every_state_occurs() -> None:
    """Created, active, paused, completed and cancelled."""
    assert {campaign.affiliate for campaign in CAMPAIGNS} <= {affiliate.id for affiliate in AFFILIATES}
    last = {campaign.changes[-1].action if campaign.changes else "crear" for campaign in CAMPAIGNS}
    assert last == {"crear", "activar", "pausar", "completar", "cancelar"}


def instant(event: Tracked) -> datetime:
    """Return an event's time."""
    return datetime.fromisoformat(event.document["timestamp"])
