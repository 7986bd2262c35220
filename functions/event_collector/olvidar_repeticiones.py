"""The clean-up (`event_collector.olvidar_repeticiones.handler`): forgets the expired keys of repetitions."""

from __future__ import annotations

from typing import Any, Final

from event_collector.composition_root import ahora, clean_up_dependencies

AT_A_TIME: Final = 5_000
RESERVE_SECONDS: Final = 15


def handler(_event: dict[str, Any], context: Any) -> dict[str, int]:
    """Forget keys until none is expired or the time runs short; returns how many were forgotten."""
    eventos, olvidados = clean_up_dependencies(), 0
    while context.get_remaining_time_in_millis() > RESERVE_SECONDS * 1000:
        some = eventos.olvidar(ahora=ahora(), limite=AT_A_TIME)
        olvidados += some
        if some < AT_A_TIME:
            break
    return {"olvidados": olvidados}
