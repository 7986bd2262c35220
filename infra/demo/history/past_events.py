"""Registers affiliates, and tracking events in the past, through the use cases of the event collector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from typing_extensions import override

from demo.plan.company import AFFILIATES, RETIRED
from event_collector.aplicacion.administrar_afiliados import (
    CambiosDeAfiliado,
    crear_llave,
    registrar_afiliado,
    revocar_llaves,
)
from event_collector.aplicacion.limites import Limites
from event_collector.aplicacion.recepcion import Entrada, Recepcion
from event_collector.aplicacion.registrar_lote import registrar_lote
from event_collector.dominio.afiliado import PoliticaPorDefecto
from event_collector.dominio.cupo import Cupo
from event_collector.infraestructura.http.event_request import EventRequest
from event_collector.infraestructura.http.models import EventoDocumento
from event_collector.infraestructura.http.webhook_signatures import StandardWebhooksSignatures
from event_collector.infraestructura.postgres.afiliado_queries import PostgresAfiliados
from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository
from pagos.aplicacion.pagar_comisiones import Conversion
from seedwork.dominio.traza import Traza

if TYPE_CHECKING:
    from demo.history.long_transaction import LongTransaction
    from demo.plan.traffic import Fate, Tracked
    from event_collector.aplicacion.administrar_afiliados import RegistroDeAfiliados

A_MINUTE = 6_000  # the limit of affiliates without one of their own, which the past does not reach


def register_affiliates(registro: RegistroDeAfiliados) -> dict[str, str]:
    """Register the affiliates; return a new API key of each one that has a key. Its earlier keys are revoked."""
    keys: dict[str, str] = {}
    for affiliate in AFFILIATES:
        registrar_afiliado(affiliate.id, CambiosDeAfiliado(activo=True), registro=registro)
        if affiliate.key:
            crear_llave(affiliate.id, registro=registro, mostrar=partial(keys.__setitem__, affiliate.id))
            revocar_llaves(affiliate.id, registro=registro, salvo_la_ultima=True)
    registrar_afiliado(RETIRED, CambiosDeAfiliado(activo=False), registro=registro)
    return keys


class NoLimits(Limites):
    """Grants everything: the limits count the events of the present minute."""

    @override
    def reservar(self, id_afiliado: str, eventos: int, *, limite: int, ahora: datetime) -> Cupo:
        return Cupo.sin_contar(limite, eventos, ahora=ahora)

    @override
    def usados(self, id_afiliado: str, *, ventanas: int, ahora: datetime) -> int:
        return 0

    @override
    def reiniciar(self, id_afiliado: str, *, ahora: datetime) -> None:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Senders:
    """The ids of the campaigns by slug, and the API keys by affiliate."""

    campaigns: Mapping[str, UUID]
    keys: Mapping[str, str]

    def document(self, event: Tracked) -> dict[str, Any]:
        """Return the body that the event is sent with."""
        key = {"api_key": self.keys[event.document["id_afiliado"]]} if event.proven else {}
        campaign = {"id_campana": str(self.campaigns[event.campaign])} if event.campaign else {}
        return {**event.document, **campaign, **key}


class PastEvents:
    """Registers events within the transaction of `database`."""

    def __init__(self, database: LongTransaction, senders: Senders) -> None:
        self._senders = senders
        self._request = EventRequest.read(cabeceras={}, cuerpo=b"", ip=None)
        self._recepcion = Recepcion(
            afiliados=PostgresAfiliados(database, eventos_por_minuto=A_MINUTE),
            politica=PoliticaPorDefecto(acepta_desconocidos=False, eventos_por_minuto=A_MINUTE),
            firmas=StandardWebhooksSignatures(),
            limites=NoLimits(),
            eventos=PostgresEventoRepository(database),
        )

    def are_known(self, sales: Sequence[Tracked], *, at: datetime) -> bool:
        """Return whether an interrupted run registered these sales; they are remembered for ever."""
        admitted = [self._recepcion.admitir(self._entry(sale)).recibido for sale in sales]
        return bool(self._recepcion.eventos.conocidos(admitted, ahora=at))

    def register(self, events: Sequence[Tracked], *, at: datetime) -> dict[UUID, tuple[Conversion, Fate]]:
        """Register the events; return the sales by the ids of their events. Raises the error of a refused event."""
        entries = [self._entry(event) for event in events]
        sales = {}
        results = registrar_lote(entries, recepcion=self._recepcion, ahora=at)
        for event, entry, result in zip(events, entries, results, strict=True):
            if isinstance(result, Exception):
                raise result
            if event.is_sale:
                sales[result.evento.id] = (_conversion(result.evento.id, entry, event), event.fate)
        return sales

    def _entry(self, event: Tracked) -> Entrada:
        document = EventoDocumento.model_validate(self._senders.document(event))
        return self._request.entrada(document, traza=Traza(correlation_id=event.correlation_id))


def _conversion(id_evento: UUID, entry: Entrada, event: Tracked) -> Conversion:
    datos = entry.recibido.datos
    return Conversion(
        event_id=str(id_evento),
        id_evento=id_evento,
        id_afiliado=datos.id_afiliado,
        id_campana=datos.id_campana,
        valor=datos.valor,
        id_cliente=datos.id_cliente,
        probada=event.proven,
        traza=Traza(correlation_id=event.correlation_id, causation_id=str(id_evento)),
    )
