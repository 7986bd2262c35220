"""Unfinished payments, and conversions without a known payment, with the age of the oldest."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.console import Console

    from aero.platform.database import Database

LATE_SECONDS: Final = 300
"""The reconciliation runs every minute on payments older than two minutes; a payment older than this is stuck."""

LATE_CONVERSION_SECONDS: Final = 1_200
"""A conversion is published again after five minutes, and again after ten; an older one is stuck."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPayments:
    """The unfinished payments and conversions.

    `unknown` counts payments requested from the gateway and not settled. `oldest_seconds` has the age of the oldest
    payment of each state, None for a state without payments.
    """

    unknown: int = 0
    oldest_seconds: dict[str, float | None] = field(default_factory=dict)
    oldest_conversion_seconds: float | None = None

    @property
    def problems(self) -> list[str]:
        """Return a sentence for each kind of stuck payment or conversion."""
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
    """Read the open payments and conversions; the queries use the indexes of open rows."""
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
    """Print what waits; stuck payments are shown with the problems."""
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
    """Return an age in short.

    >>> [_age(seconds) for seconds in (0.4, 119, 120, 7_260)]
    ['0 s', '119 s', '2 min', '2 h 1 min']
    """
    minutes = int(seconds // 60)
    if minutes < 2:  # noqa: PLR2004 - below two minutes, seconds are more precise
        return f"{seconds:.0f} s"
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004 - an hour
