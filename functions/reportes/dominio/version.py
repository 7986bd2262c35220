"""The versions of the report, and who gets which."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from reportes.dominio.errores import CanarioNoValidoError

CIEN: Final = 100


class Version(StrEnum):
    """What a report looks like; each one has all that the ones before it have."""

    V1 = "v1"
    V2 = "v2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Canario:
    """A version that some affiliates get already, in percent."""

    version: Version
    porcentaje: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reparto:
    """The version that is active, and who gets another one.

    >>> Reparto(activa=Version.V1, canario=Canario(version=Version.V2, porcentaje=100)).version_de("afiliado-001").value
    'v2'
    """

    activa: Version
    canario: Canario | None = None

    def __post_init__(self) -> None:
        """Raises CanarioNoValidoError."""
        if self.canario and self.canario.version is self.activa:
            raise CanarioNoValidoError("«canary.version» debe ser otra que «active».")

    def version_de(self, id_afiliado: str | None) -> Version:
        """The same for an affiliate at every request, and at every higher percentage; the active one for nobody."""
        if self.canario and id_afiliado is not None and _lugar(id_afiliado) < self.canario.porcentaje:
            return self.canario.version
        return self.activa


def _lugar(id_afiliado: str) -> int:
    """The affiliate's place among a hundred, evenly spread."""
    return int.from_bytes(hashlib.sha256(id_afiliado.encode()).digest()[:8], "big") % CIEN
