"""What it takes to accept events, one or many."""

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
    """An event as it was sent, with the credentials shown for it."""

    recibido: EventoRecibido
    credenciales: Credenciales


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitido:
    """An event that its affiliate has admitted."""

    recibido: EventoRecibido
    afiliado: Afiliado

    @property
    def solicitud(self) -> Solicitud:
        """By what the event's repetitions are known."""
        return self.recibido.solicitud


@dataclass(frozen=True, slots=True, kw_only=True)
class Recepcion:
    """The affiliates, the rules for unknown ones, their limits, and where accepted events are kept."""

    afiliados: Afiliados
    politica: PoliticaPorDefecto
    firmas: Firmas
    limites: Limites
    eventos: EventoRepository

    def admitir(self, entrada: Entrada) -> Admitido:
        """Decide whose event it is; raises AfiliadoDesconocidoError and the other errors of affiliates."""
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
        """How many events the affiliate may send, known or not."""
        registrado = self.afiliados.buscar([id_afiliado]).get(id_afiliado)
        return (registrado or self.politica).eventos_por_minuto
