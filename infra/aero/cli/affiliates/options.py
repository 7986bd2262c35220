"""Parses what the operator types about an affiliate: its id, its permitted event types, and its limit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from aero.platform.errors import AeroError
from event_collector.dominio.tipo_evento import TipoEvento

ALL: Final = "ALL"
DEFAULT: Final = "default"
HIGHEST_LIMIT: Final = 2**31 - 1


def affiliate_id(given: str) -> str:
    """Return the id as the event collector reads it, without surrounding spaces; raises AeroError."""
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - `aero --help` must not wait for it

    from seedwork.infraestructura.text.field_types import IdAfiliado  # noqa: PLC0415 - as above

    try:
        read: str = TypeAdapter(IdAfiliado).validate_python(given)
    except ValidationError:
        raise AeroError(
            f"{given!a} is not an affiliate's id.", cure="An id has 1 to 100 characters, and no control characters."
        ) from None
    return read


def types_of(given: Sequence[str] | None) -> frozenset[TipoEvento] | None:
    """Return the named types, in any case; None when none is given. Raises AeroError."""
    if not given:
        return None
    names = {name.strip().upper().replace("-", "_"): name for name in given}
    if ALL in names:
        if len(names) > 1:
            raise AeroError("--allow ALL already includes every type.", cure="Give ALL alone, or only single types.")
        return frozenset(TipoEvento)
    for name in names.keys() - set(TipoEvento):
        raise AeroError(
            f"{names[name]!a} is not an event type.", cure=f"--allow takes {', '.join(TipoEvento)}, or ALL."
        )
    return frozenset(map(TipoEvento, names))


def limit_of(given: str | None) -> int | None:
    """Return the events per minute, 0 for the default limit; None when none is given. Raises AeroError."""
    if given is None:
        return None
    if given.lower() == DEFAULT:
        return 0
    if given.isascii() and given.isdigit() and 1 <= int(given) <= HIGHEST_LIMIT:
        return int(given)
    raise AeroError(
        f"{given!a} is not a number of events per minute.",
        cure=f"--limit takes 1 to {HIGHEST_LIMIT}, or {DEFAULT}. To accept none: --inactive.",
    )
