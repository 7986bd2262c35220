"""The report version as text, in Parameter Store and in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Self

from pydantic import Field, ValidationError

from reportes.dominio.errores import CanarioNoValidoError, VersionNoLegibleError
from reportes.dominio.version import CIEN, Canario, Reparto, Version
from seedwork.infraestructura.text.field_types import Texto
from seedwork.infraestructura.text.lazy_models import StrictModel

if TYPE_CHECKING:
    from reportes.aplicacion.versiones import Publicacion

AUTOR_MAXIMO: Final = 600  # fits an IAM ARN, whose path has up to 512 characters


class CanarioPublicado(StrictModel):
    """`{"version": "v2", "percent": 10}`."""

    version: Version
    percent: Annotated[int, Field(strict=True, ge=0, le=CIEN)]


class VersionPublicada(StrictModel):
    """`{"active": "v1", "canary": {"version": "v2", "percent": 10}, "by": "ana"}`."""

    active: Version
    canary: CanarioPublicado | None = None
    by: Annotated[Texto, Field(max_length=AUTOR_MAXIMO)] | None = None

    @classmethod
    def de(cls, publicacion: Publicacion) -> Self:
        """Return the publication in its written form."""
        canario = publicacion.reparto.canario
        return cls(
            active=publicacion.reparto.activa,
            canary=None if canario is None else CanarioPublicado(version=canario.version, percent=canario.porcentaje),
            by=publicacion.por,
        )

    @classmethod
    def leer(cls, texto: str) -> Self:
        """Read JSON, or a bare version such as `v2` written by hand. Raises VersionNoLegibleError."""
        try:
            sola = texto.strip()
            publicada = cls(active=Version(sola)) if sola in set(Version) else cls.model_validate_json(texto)
            publicada.reparto()
        except (ValidationError, CanarioNoValidoError):
            raise VersionNoLegibleError(f"El parámetro no contiene una versión: {texto[:100]}") from None
        return publicada

    def reparto(self) -> Reparto:
        """Return the version in the domain's terms; raises CanarioNoValidoError."""
        canary = self.canary
        canario = None if canary is None else Canario(version=canary.version, porcentaje=canary.percent)
        return Reparto(activa=self.active, canario=canario)
