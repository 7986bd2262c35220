"""Affiliates: whose events are accepted, of which types, how many, and how they prove who they are."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from event_collector.dominio.errores import (
    AfiliadoDesconocidoError,
    AfiliadoInactivoError,
    ConversionSinPruebaError,
    LlaveNoValidaError,
    TipoNoPermitidoError,
)
from event_collector.dominio.tipo_evento import FuenteEvento, TipoEvento


def huella_de_llave(llave: str) -> bytes:
    """Return the hash by which an API key is stored and recognised: SHA-256 of its UTF-8 text."""
    return hashlib.sha256(llave.encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Afiliado:
    """`llaves` are the SHA-256 of its API keys; `secreto_webhook` is what it signs webhooks with, if it does.

    With `conversiones_probadas` its conversions, which are paid, are accepted by these two only.
    """

    id: str
    activo: bool = True
    permisos: frozenset[TipoEvento] = frozenset(TipoEvento)
    eventos_por_minuto: int
    conversiones_probadas: bool = False
    llaves: tuple[bytes, ...] = field(default=(), repr=False)
    secreto_webhook: str | None = field(default=None, repr=False)

    def exigir_permiso(self, tipo: TipoEvento) -> None:
        """Raises AfiliadoInactivoError or TipoNoPermitidoError."""
        if not self.activo:
            raise AfiliadoInactivoError(f"El afiliado {self.id} no está activo.")
        if tipo not in self.permisos:
            raise TipoNoPermitidoError(f"El afiliado {self.id} no puede enviar eventos {tipo}.")

    def prueba(self, fuente: FuenteEvento) -> bool:
        """Whether an event of that source, once it is admitted, is proven to be the affiliate's."""
        con_llave = fuente is FuenteEvento.API_DIRECT and bool(self.llaves)
        con_firma = fuente is FuenteEvento.WEBHOOK and self.secreto_webhook is not None
        return con_llave or con_firma

    def exigir_prueba(self, tipo: TipoEvento, fuente: FuenteEvento) -> None:
        """Raises ConversionSinPruebaError for a conversion that nobody has proven and that must be."""
        if self.conversiones_probadas and tipo is TipoEvento.CONVERSION and not self.prueba(fuente):
            raise ConversionSinPruebaError(
                f"Las conversiones del afiliado {self.id} se envían con su api_key (API_DIRECT) o firmadas (WEBHOOK)."
            )

    def exigir_llave(self, llave: str | None) -> None:
        """Raises LlaveNoValidaError unless it is one of its keys, or it has none; takes as long whatever was given."""
        if not self.llaves:
            return
        huella = huella_de_llave(llave or "")
        if not any([hmac.compare_digest(huella, conocida) for conocida in self.llaves]):  # noqa: C419 - all of them
            raise LlaveNoValidaError("Falta una api_key válida del afiliado.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliticaPorDefecto:
    """What counts for affiliates that nobody has entered, and the limit of those without one of their own."""

    acepta_desconocidos: bool
    eventos_por_minuto: int

    def desconocido(self, id_afiliado: str) -> Afiliado:
        """One that nobody has entered; raises AfiliadoDesconocidoError."""
        if not self.acepta_desconocidos:
            raise AfiliadoDesconocidoError(f"El afiliado {id_afiliado} no está registrado.")
        return Afiliado(id=id_afiliado, eventos_por_minuto=self.eventos_por_minuto)
