"""The failures of tracking events in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from event_collector.aplicacion.registrar_fallos import CartaMuerta, Fallos
from seedwork.aplicacion.ports import override

if TYPE_CHECKING:
    from event_collector.aplicacion.seguir_comisiones import ComisionNegada
    from support.event_collector.fake_eventos import FakeEventoRepository


class FakeFallos(Fallos):
    """The latest failure of each event and consumer, and when it was resolved."""

    def __init__(self, eventos: FakeEventoRepository) -> None:
        self._eventos = eventos
        self._cartas: dict[tuple[UUID, str], CartaMuerta] = {}
        self._resueltos: dict[tuple[UUID, str], datetime] = {}
        self.codigos: dict[tuple[str, str], str] = {}
        self._desplazados: dict[UUID, UUID | None] = {}

    @override
    def guardar(self, cartas: Collection[CartaMuerta]) -> None:
        for carta in cartas:
            if carta.id_evento not in self._eventos.aceptados:
                continue
            clave = (carta.id_evento, carta.consumidor)
            conocida = self._cartas.get(clave)
            if (
                conocida is None
                or max(conocida.fallo_en, self._resueltos.get(clave, conocida.fallo_en)) < carta.fallo_en
            ):
                self._cartas[clave] = carta
                self._resueltos.pop(clave, None)

    def negar(self, negada: ComisionNegada, *, consumidor: str) -> None:
        """Record a failure, with its code, of the consumer that makes the payments."""
        self.codigos[negada.event_id, consumidor] = negada.codigo
        self._desplazados[negada.id_evento] = negada.id_pago_desplazado
        carta = CartaMuerta(
            event_id=negada.event_id,
            id_evento=negada.id_evento,
            consumidor=consumidor,
            motivo=negada.mensaje,
            topico="tracking.evt.conversion",
            fallo_en=negada.ocurrido_en,
        )
        self.guardar([carta])

    def resolver(self, id_evento: UUID, *, en: datetime, consumidor: str | None = None) -> None:
        """Resolve the failures of an event, or only those of one consumer."""
        for clave in self.abiertos:
            if clave[0] == id_evento and consumidor in {None, clave[1]}:
                self._resueltos[clave] = en

    def desplazado(self, id_evento: UUID) -> UUID | None:
        """Return the payment of an event that gave way, if there is one."""
        return self._desplazados.get(id_evento)

    @property
    def abiertos(self) -> Mapping[tuple[UUID, str], CartaMuerta]:
        """Return the unresolved failures."""
        return {clave: carta for clave, carta in self._cartas.items() if clave not in self._resueltos}
