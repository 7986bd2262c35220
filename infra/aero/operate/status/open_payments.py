"""Payments that are not done, and conversions of whose payment nothing is known: for how long the oldest waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.console import Console

    from aero.platform.database import Database

LATE_SECONDS: Final = 300
"""The reconciliation looks after two minutes and every minute: what is older than both and a run of it is stuck."""

LATE_CONVERSION_SECONDS: Final = 1_200
"""After five minutes, and again after ten, it was published once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPayments:
    """`unknown` were asked for and not settled; `oldest_seconds` is by state, None for a state without payments."""

    unknown: int = 0
    oldest_seconds: dict[str, float | None] = field(default_factory=dict)
    oldest_conversion_seconds: float | None = None

    @property
    def problems(self) -> list[str]:
        """What is stuck."""
        found = [
            f"Payments: one has been {estado} for {_age(seconds)}: see aero logs conciliar-pagos, and aero gateway"
            for estado, seconds in self.oldest_seconds.items()
            if seconds is not None and seconds > LATE_SECONDS
        ]
        waits = self.oldest_conversion_seconds
        if waits is not None and waits > LATE_CONVERSION_SECONDS:
            found.append(
                f"Conversions: one has been PUBLICADO for {_age(waits)}: see aero logs comisiones seguir-comisiones"
            )
        return found


def open_payments(database: Database) -> OpenPayments:
    """Look at them; by indexes of what is open."""
    with database.connect() as connection:
        row = connection.execute("select count(*) from pagos.pagos_desconocidos").fetchone()
        oldest = connection.execute("select estado, mas_antiguo_segundos from pagos.pagos_abiertos").fetchall()
        waits = connection.execute("select segundos from event_collector.espera_de_conversiones").fetchone()
    return OpenPayments(
        unknown=int(row[0]) if row else 0,
        oldest_seconds=dict(oldest),
        oldest_conversion_seconds=waits[0] if waits else None,
    )


def show(payments: OpenPayments, console: Console) -> None:
    """For people; what is stuck is among the problems."""
    waiting = [
        f"{estado}, the oldest for {_age(seconds)}"
        for estado, seconds in payments.oldest_seconds.items()
        if seconds is not None
    ]
    if waiting:
        console.print(f"Payments: {'; '.join(waiting)}", highlight=False, soft_wrap=True)
    if payments.oldest_conversion_seconds is not None:
        text = f"Conversions: PUBLICADO, the oldest for {_age(payments.oldest_conversion_seconds)}"
        console.print(text, highlight=False, soft_wrap=True)
    if payments.unknown:
        text = f"Payments that the gateway has not settled: {payments.unknown} (pagos.pagos_desconocidos)"
        console.print(text, style="yellow", soft_wrap=True)


def _age(seconds: float) -> str:
    """Short.

    >>> [_age(seconds) for seconds in (0.4, 119, 120, 7_260)]
    ['0 s', '119 s', '2 min', '2 h 1 min']
    """
    minutes = int(seconds // 60)
    if minutes < 2:  # noqa: PLR2004 - seconds say more
        return f"{seconds:.0f} s"
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004 - an hour's
