"""The company of the demonstration: its affiliates and their campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Affiliate:
    """An affiliate with its currency and its share of the traffic (`weight`); with a `key` its server sends too."""

    id: str
    currency: str
    weight: int
    key: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change of a campaign, such as `activar`, at a share of the history: 0 is its begin, 1 its end."""

    action: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign and its changes; `created` and `until` are shares of the history, and `until` may be after its end."""

    slug: str
    name: str
    kind: str
    affiliate: str
    budget: Decimal
    created: float
    until: float
    changes: tuple[Change, ...] = ()

    def is_active(self, at: float) -> bool:
        """Return whether the campaign is active at that share of the history."""
        actions = [change.action for change in self.changes if change.at <= at]
        return bool(actions) and actions[-1] == "activar"


AFFILIATES: Final = (
    Affiliate(id="tienda-andina", currency="COP", weight=6, key=True),
    Affiliate(id="moda-bogota", currency="COP", weight=4),
    Affiliate(id="cafe-del-valle", currency="COP", weight=3),
    Affiliate(id="deportes-caribe", currency="COP", weight=2, key=True),
    Affiliate(id="gadget-house", currency="USD", weight=4, key=True),
    Affiliate(id="sunny-travel", currency="USD", weight=2),
    Affiliate(id="libros-iberia", currency="EUR", weight=3, key=True),
    Affiliate(id="casa-norte", currency="EUR", weight=1),
)
RETIRED: Final = "juegos-retro"
"""This affiliate is registered and no longer active."""


def _campaign(slug: str, name: str, kind: str, affiliate: str, budget: int, *changes: Change, until: float = 2.0,
              created: float = 0.0) -> Campaign:  # fmt: skip
    return Campaign(
        slug=slug, name=name, kind=kind, affiliate=affiliate, budget=Decimal(budget), created=created, until=until,
        changes=changes,
    )  # fmt: skip


def _on(at: float = 0.01) -> Change:
    return Change(action="activar", at=at)


CAMPAIGNS: Final = (
    _campaign("verano", "Verano en la sierra", "PROMOCIONAL", "tienda-andina", 1_000_000, _on()),
    _campaign("viernes", "Viernes de ofertas", "PROMOCIONAL", "tienda-andina", 1_000_000, _on(0.6), created=0.55),
    _campaign("pasarela", "Pasarela de otoño", "ADQUISICION", "moda-bogota", 1_000_000, _on()),
    _campaign(
        "cosecha", "Cosecha nueva", "FIDELIZACION", "cafe-del-valle", 900_000, _on(), Change(action="pausar", at=0.85)
    ),
    _campaign("maraton", "Maratón del Caribe", "ADQUISICION", "deportes-caribe", 800_000, _on(0.2), created=0.15),
    _campaign("audio", "Wireless audio week", "PROMOCIONAL", "gadget-house", 2_500, _on()),
    _campaign(
        "escapada", "Winter escapes", "RETENCION", "sunny-travel", 1_800, _on(), Change(action="completar", at=0.7),
        until=0.9,
    ),
    _campaign("otono-literario", "Otoño literario", "FIDELIZACION", "libros-iberia", 1_500, _on()),
    _campaign(
        "hogar", "Hogar en calma", "ADQUISICION", "casa-norte", 900, _on(), Change(action="cancelar", at=0.45)
    ),
    _campaign("reyes", "Regalos de Reyes", "PROMOCIONAL", "libros-iberia", 2_000, created=0.9),
)  # fmt: skip
