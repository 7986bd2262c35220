"""Affiliates: which types of events and how many each may send, and how it proves its identity."""

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
    """Return the hash that identifies a stored API key: SHA-256 of its UTF-8 text."""
    return hashlib.sha256(llave.encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Afiliado:
    """An affiliate. `llaves` are the SHA-256 hashes of its API keys; `secreto_webhook` signs its webhooks, if set.

    With `conversiones_probadas`, conversions are accepted only with a key or a signature, because they are paid.
    """

    id: str
    activo: bool = True
    permisos: frozenset[TipoEvento] = frozenset(TipoEvento)
    eventos_por_minuto: int
    conversiones_probadas: bool = False
    llaves: tuple[bytes, ...] = field(default=(), repr=False)
    secreto_webhook: str | None = field(default=None, repr=False)

    def exigir_permiso(self, tipo: TipoEvento) -> None:
        """Raise AfiliadoInactivoError or TipoNoPermitidoError unless the affiliate may send events of that type."""
        if not self.activo:
            raise AfiliadoInactivoError(f"El afiliado {self.id} no está activo.")
        if tipo not in self.permisos:
            raise TipoNoPermitidoError(f"El afiliado {self.id} no puede enviar eventos {tipo}.")

    def prueba(self, fuente: FuenteEvento) -> bool:
        """Whether an admitted event of that source is proven to be the affiliate's."""
        con_llave = fuente is FuenteEvento.API_DIRECT and bool(self.llaves)
        con_firma = fuente is FuenteEvento.WEBHOOK and self.secreto_webhook is not None
        return con_llave or con_firma

    def exigir_prueba(self, tipo: TipoEvento, fuente: FuenteEvento) -> None:
        """Raise ConversionSinPruebaError for an unproven conversion if the affiliate's must be proven."""
        if self.conversiones_probadas and tipo is TipoEvento.CONVERSION and not self.prueba(fuente):
            raise ConversionSinPruebaError(
                f"Las conversiones del afiliado {self.id} se envían con su api_key (API_DIRECT) o firmadas (WEBHOOK)."
            )

    def exigir_llave(self, llave: str | None) -> None:
        """Raise LlaveNoValidaError unless the key is one of the affiliate's, or it has none.

        The comparison takes the same time for every key.
        """
        if not self.llaves:
            return
        huella = huella_de_llave(llave or "")
        if not any([hmac.compare_digest(huella, conocida) for conocida in self.llaves]):  # noqa: C419 - all of them
            raise LlaveNoValidaError("Falta una api_key válida del afiliado.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliticaPorDefecto:
    """The rules for unregistered affiliates, and the limit of affiliates without one of their own."""

    acepta_desconocidos: bool
    eventos_por_minuto: int

    def desconocido(self, id_afiliado: str) -> Afiliado:
        """Return an unregistered affiliate; raises AfiliadoDesconocidoError if those are not accepted."""
        if not self.acepta_desconocidos:
            raise AfiliadoDesconocidoError(f"El afiliado {id_afiliado} no está registrado.")
        return Afiliado(id=id_afiliado, eventos_por_minuto=self.eventos_por_minuto)
