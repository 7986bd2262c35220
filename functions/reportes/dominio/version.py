"""The versions of the report, and the version of each affiliate."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from reportes.dominio.errores import CanarioNoValidoError

CIEN: Final = 100


class Version(StrEnum):
    """The format of a report; each version contains the fields of the earlier ones."""

    V1 = "v1"
    V2 = "v2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Canario:
    """A version for a percentage of the affiliates."""

    version: Version
    porcentaje: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reparto:
    """The active version, and the canary version of some affiliates.

    >>> Reparto(activa=Version.V1, canario=Canario(version=Version.V2, porcentaje=100)).version_de("afiliado-001").value
    'v2'
    """

    activa: Version
    canario: Canario | None = None

    def __post_init__(self) -> None:
        """Raise CanarioNoValidoError if the canary is the active version."""
        if self.canario and self.canario.version is self.activa:
            raise CanarioNoValidoError("«canary.version» debe ser otra que «active».")

    def version_de(self, id_afiliado: str | None) -> Version:
        """Return the affiliate's version, the active one for None.

        An affiliate in the canary stays in it at higher percentages.
        """
        if self.canario and id_afiliado is not None and _lugar(id_afiliado) < self.canario.porcentaje:
            return self.canario.version
        return self.activa


def _lugar(id_afiliado: str) -> int:
    """Return the affiliate's place among a hundred, evenly spread."""
    return int.from_bytes(hashlib.sha256(id_afiliado.encode()).digest()[:8], "big") % CIEN
