"""Instants that scripts read are ISO 8601, in UTC, from wherever the database's session is."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Final

from aero.operate.affiliates import Affiliate
from aero.operate.outboxes import ParkedEvent

BOGOTA: Final = timezone(timedelta(hours=-5))
AT_TEN: Final = datetime(2026, 11, 30, 10, 0, 36, 707844, tzinfo=BOGOTA)
IN_UTC: Final = "2026-11-30T15:00:36.707844+00:00"


def test_those_of_an_affiliate() -> None:
    """When its newest key was made, if it has one."""
    values: dict[str, Any] = {
        "id": "a",
        "active": True,
        "types": [],
        "limit_per_minute": None,
        "proven_conversions": False,
    }
    keyed = Affiliate(**values, api_keys=1, newest_key=AT_TEN, webhook_secret=False)
    assert keyed.to_dict() == values | {"api_keys": 1, "newest_key": IN_UTC, "webhook_secret": False}
    without = Affiliate(**values, api_keys=0, newest_key=None, webhook_secret=False)
    assert without.to_dict()["newest_key"] is None


def test_those_of_a_parked_event() -> None:
    """When it was parked."""
    values: dict[str, Any] = {
        "schema": "pagos",
        "id": "1",
        "type": "t",
        "aggregateid": "p",
        "version": 1,
        "reason": "r",
        "waiting": 0,
    }
    assert ParkedEvent(**values, parked_at=AT_TEN).to_dict() == values | {"parked_at": IN_UTC}
