"""The dependencies of accepting events, and an event before and after its admission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from event_collector.aplicacion.admitir import admitir

if TYPE_CHECKING:
    from event_collector.aplicacion.admitir import Afiliados, Credenciales, Firmas
    from event_collector.aplicacion.limites import Limites
    from event_collector.dominio.afiliado import Afiliado, PoliticaPorDefecto
    from event_collector.dominio.evento import EventoRecibido
    from event_collector.dominio.evento_repository import EventoRepository
    from seedwork.dominio.solicitud import Solicitud


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrada:
    """An event as sent, with its credentials."""

    recibido: EventoRecibido
    credenciales: Credenciales


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitido:
    """An event admitted by its affiliate."""

    recibido: EventoRecibido
    afiliado: Afiliado

    @property
    def solicitud(self) -> Solicitud:
        """The request that identifies the event's repetitions."""
        return self.recibido.solicitud


@dataclass(frozen=True, slots=True, kw_only=True)
class Recepcion:
    """The affiliates, the rules for unknown ones, their limits, and the repository of accepted events."""

    afiliados: Afiliados
    politica: PoliticaPorDefecto
    firmas: Firmas
    limites: Limites
    eventos: EventoRepository

    def admitir(self, entrada: Entrada) -> Admitido:
        """Return the event as admitted; raises AfiliadoDesconocidoError and the other errors of affiliates."""
        datos = entrada.recibido.datos
        afiliado = admitir(
            datos,
            entrada.credenciales,
            registrados=self.afiliados.buscar([datos.id_afiliado]),
            politica=self.politica,
            firmas=self.firmas,
        )
        return Admitido(recibido=entrada.recibido.admitido_de(afiliado), afiliado=afiliado)

    def eventos_por_minuto(self, id_afiliado: str) -> int:
        """Return how many events the affiliate may send, registered or not."""
        registrado = self.afiliados.buscar([id_afiliado]).get(id_afiliado)
        return (registrado or self.politica).eventos_por_minuto
