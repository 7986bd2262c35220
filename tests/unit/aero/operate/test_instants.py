"""Instants for scripts are ISO 8601 in UTC, independent of the time zone of the database's session."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from aero.operate.affiliates import document_of
from aero.operate.outboxes import ParkedEvent
from event_collector.aplicacion.administrar_afiliados import AfiliadoRegistrado

BOGOTA: Final = timezone(timedelta(hours=-5))
AT_TEN: Final = datetime(2026, 11, 30, 10, 0, 36, 707844, tzinfo=BOGOTA)
IN_UTC: Final = "2026-11-30T15:00:36.707844+00:00"


def test_an_affiliates_newest_key_has_its_time_in_utc() -> None:
    """Without a key the time is null."""
    keyed = AfiliadoRegistrado(
        id="a", activo=True, permisos=frozenset(), eventos_por_minuto=None, conversiones_probadas=False, llaves=1,
        ultima_llave=AT_TEN, con_secreto_webhook=False,
    )  # fmt: skip
    assert document_of(keyed)["newest_key"] == IN_UTC
    assert document_of(replace(keyed, llaves=0, ultima_llave=None))["newest_key"] is None


def test_a_parked_event_has_its_time_in_utc() -> None:
    """The other fields are unchanged."""
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
