"""Decides whether an affiliate admits an event."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from event_collector.dominio.tipo_evento import FuenteEvento

if TYPE_CHECKING:
    from event_collector.dominio.afiliado import Afiliado, PoliticaPorDefecto
    from event_collector.dominio.evento import DatosDelEvento


@dataclass(frozen=True, slots=True, kw_only=True)
class Credenciales:
    """The proofs sent with an event: an API key, and the body with the headers (in lower case) that may sign it."""

    llave: str | None = field(default=None, repr=False)
    cuerpo: bytes = field(default=b"", repr=False)
    cabeceras: Mapping[str, str] = field(default_factory=dict, repr=False)


class Afiliados(Protocol):
    """The registered affiliates; the data may be some seconds old."""

    def buscar(self, ids: Collection[str], /) -> Mapping[str, Afiliado]:
        """Return the registered ones of these affiliates, by id."""


class Firmas(Protocol):
    """Checks the signatures of webhooks."""

    def exigir(self, secreto: str, cuerpo: bytes, cabeceras: Mapping[str, str], /) -> None:
        """Raise FirmaNoValidaError unless the headers sign the body with the secret and the signature is recent."""


def admitir(
    datos: DatosDelEvento,
    credenciales: Credenciales,
    *,
    registrados: Mapping[str, Afiliado],
    politica: PoliticaPorDefecto,
    firmas: Firmas,
) -> Afiliado:
    """Return the affiliate that admits the event; raises AfiliadoDesconocidoError or another error of affiliates."""
    afiliado = registrados.get(datos.id_afiliado) or politica.desconocido(datos.id_afiliado)
    if datos.fuente is FuenteEvento.API_DIRECT:
        afiliado.exigir_llave(credenciales.llave)
    if datos.fuente is FuenteEvento.WEBHOOK and afiliado.secreto_webhook is not None:
        firmas.exigir(afiliado.secreto_webhook, credenciales.cuerpo, credenciales.cabeceras)
    afiliado.exigir_prueba(datos.tipo, datos.fuente)
    afiliado.exigir_permiso(datos.tipo)
    return afiliado
