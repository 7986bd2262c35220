"""Tracking events in memory; they pass the contract in this package, as the real ones do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from event_collector.dominio.evento_repository import EventoConocido, EventoRepository
from seedwork.aplicacion.ports import override

if TYPE_CHECKING:
    from event_collector.dominio.evento import EventoAceptado, EventoRecibido


class FakeEventoRepository(EventoRepository):
    """The event store and the keys of repetitions; `publicar` and `aparcar` do the relay's work."""

    def __init__(self) -> None:
        self.aceptados: dict[UUID, EventoAceptado] = {}
        self.publicados: dict[UUID, datetime] = {}
        self.aparcados: dict[UUID, tuple[str, datetime]] = {}
        self._por_clave: dict[str, EventoAceptado] = {}

    @override
    def agregar(self, eventos: Sequence[EventoAceptado]) -> set[UUID]:
        claves = [evento.recibido.solicitud.clave for evento in eventos]
        assert len(set(claves)) == len(claves), "two events with one key"
        ahora = eventos[0].aceptado_en
        nuevos = {}
        for clave, evento in zip(claves, eventos, strict=True):
            previo = self._previo(evento.recibido, ahora=ahora)
            if previo is None or previo.id == evento.id:
                nuevos[evento.id] = self._por_clave[clave] = evento
        self.aceptados = nuevos | self.aceptados
        return set(nuevos)

    @override
    def conocidos(self, recibidos: Collection[EventoRecibido], *, ahora: datetime) -> Mapping[str, EventoConocido]:
        """Find by current keys only: this store has no earlier version."""
        vigentes = {recibido.solicitud.clave: self._previo(recibido, ahora=ahora) for recibido in recibidos}
        return {
            clave: EventoConocido(
                id=evento.id,
                tipo=evento.recibido.datos.tipo,
                hash_evento=evento.recibido.solicitud.huella,
                aceptado_en=evento.aceptado_en,
            )
            for clave, evento in vigentes.items()
            if evento is not None
        }

    @override
    def olvidar(self, *, ahora: datetime, limite: int) -> int:
        caducadas = [clave for clave in self._por_clave if self._vigente(clave, ahora=ahora) is None][:limite]
        for clave in caducadas:
            del self._por_clave[clave]
        return len(caducadas)

    def publicar(self, id_evento: UUID, *, en: datetime) -> None:
        """Mark the event as published."""
        self.publicados[id_evento] = en

    def aparcar(self, id_evento: UUID, *, motivo: str, en: datetime) -> None:
        """Mark the event as impossible to publish."""
        self.aparcados[id_evento] = (motivo, en)

    def _previo(self, recibido: EventoRecibido, *, ahora: datetime) -> EventoAceptado | None:
        if previo := self._vigente(recibido.solicitud.clave, ahora=ahora):
            return previo
        otro = self._vigente(recibido.clave_de_peticion or "", ahora=ahora)
        return otro if otro and otro.recibido.solicitud.huella == recibido.solicitud.huella else None

    def _vigente(self, clave: str, *, ahora: datetime) -> EventoAceptado | None:
        evento = self._por_clave.get(clave)
        if evento is None or (evento.repetible_desde is not None and evento.repetible_desde <= ahora):
            return None
        return evento
