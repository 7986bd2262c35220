"""Decide whose events are accepted."""

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
    """What somebody shows for an event: a key, and the request with the headers that may sign it, in lower case."""

    llave: str | None = field(default=None, repr=False)
    cuerpo: bytes = field(default=b"", repr=False)
    cabeceras: Mapping[str, str] = field(default_factory=dict, repr=False)


class Afiliados(Protocol):
    """Those that somebody has entered; as of some seconds ago."""

    def buscar(self, ids: Collection[str], /) -> Mapping[str, Afiliado]:
        """Those among these."""


class Firmas(Protocol):
    """Signatures of webhooks."""

    def exigir(self, secreto: str, cuerpo: bytes, cabeceras: Mapping[str, str], /) -> None:
        """Raise FirmaNoValidaError unless the headers sign the body with the secret, some minutes ago at most."""


def admitir(
    datos: DatosDelEvento,
    credenciales: Credenciales,
    *,
    registrados: Mapping[str, Afiliado],
    politica: PoliticaPorDefecto,
    firmas: Firmas,
) -> Afiliado:
    """Whose event it is; raises AfiliadoDesconocidoError and the other errors of affiliates."""
    afiliado = registrados.get(datos.id_afiliado) or politica.desconocido(datos.id_afiliado)
    if datos.fuente is FuenteEvento.API_DIRECT:
        afiliado.exigir_llave(credenciales.llave)
    if datos.fuente is FuenteEvento.WEBHOOK and afiliado.secreto_webhook is not None:
        firmas.exigir(afiliado.secreto_webhook, credenciales.cuerpo, credenciales.cabeceras)
    afiliado.exigir_prueba(datos.tipo, datos.fuente)
    afiliado.exigir_permiso(datos.tipo)
    return afiliado
