"""Many tracking events over some days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from event_collector.dominio.tipo_evento import TipoEvento
from support.event_collector.builders import un_aceptado

if TYPE_CHECKING:
    from event_collector.dominio.evento import EventoAceptado


AHORA: Final = datetime(2026, 3, 9, 15, 20, tzinfo=UTC)
HORA: Final = timedelta(hours=1)


def unos_eventos(chance: Random) -> list[EventoAceptado]:
    """Return events of two affiliates, many at the very beginning or end of an hour or a day."""
    instantes = [AHORA - timedelta(minutes=chance.randrange(60 * 24 * 8)) for _ in range(150)]
    instantes += [datetime(2026, 3, day, hour, tzinfo=UTC) for day in (3, 4, 8) for hour in (0, 1, 23)]
    instantes += [datetime(2026, 3, day, 23, 59, 59, 999_999, tzinfo=UTC) for day in (3, 4, 8)]
    return [
        un_aceptado(ahora=instante, tipo=chance.choice(list(TipoEvento)), id_afiliado=chance.choice(["a", "b"]))
        for instante in instantes
    ]
