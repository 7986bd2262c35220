"""The event collector in memory; `FakeEventCollector` combines its parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from event_collector.aplicacion.admitir import Afiliados
from event_collector.aplicacion.consultar_eventos import (
    EventoConsultas,
    EventoVista,
    Fallo,
    PagoDeComision,
    SinComision,
)
from event_collector.aplicacion.disponibilidad import Dependencias, Disponibilidad
from event_collector.aplicacion.recepcion import Recepcion
from event_collector.aplicacion.reintentar_evento import Reintentos, exigir_reintento
from event_collector.aplicacion.seguir_comisiones import Comisiones
from event_collector.composition_root import ApiDependencies, ConsumerDependencies
from event_collector.dominio.afiliado import PoliticaPorDefecto
from event_collector.dominio.errores import EventoNoEncontradoError
from event_collector.infraestructura.events.codec import to_payload
from event_collector.infraestructura.http.webhook_signatures import StandardWebhooksSignatures
from event_collector.infraestructura.postgres.evento_queries import RELAY
from event_collector.infraestructura.postgres.follow_up import COMISIONES
from seedwork.aplicacion.ports import override
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.text import decimal_json
from support.event_collector.fake_eventos import FakeEventoRepository
from support.event_collector.fake_fallos import FakeFallos
from support.event_collector.fake_limites import FakeLimites
from support.event_collector.fake_lists import FakeEstadisticas, FakeListas

if TYPE_CHECKING:
    from event_collector.aplicacion.reintentar_evento import ReintentarEvento
    from event_collector.aplicacion.seguir_comisiones import ComisionNegada, PagoConocido
    from event_collector.dominio.afiliado import Afiliado
    from seedwork.infraestructura.idempotency.operation import Idempotency


class FakeAfiliados(Afiliados):
    """The registered affiliates."""

    def __init__(self, *afiliados: Afiliado) -> None:
        self.registrados = {afiliado.id: afiliado for afiliado in afiliados}

    @override
    def buscar(self, ids: Collection[str]) -> Mapping[str, Afiliado]:
        return {id_: self.registrados[id_] for id_ in ids if id_ in self.registrados}


class FakeComisiones(Comisiones):
    """The latest version of each payment; a payment resolves its consumer's failure."""

    def __init__(self, eventos: FakeEventoRepository, fallos: FakeFallos) -> None:
        self.pagos: dict[UUID, PagoConocido] = {}
        self.negadas: dict[UUID, ComisionNegada] = {}
        self._eventos = eventos
        self._fallos = fallos

    @override
    def guardar(self, pagos: Collection[PagoConocido]) -> None:
        for pago in pagos:
            if pago.id_evento is None or pago.id_evento not in self._eventos.aceptados:
                continue
            if self._fallos.desplazado(pago.id_evento) != pago.id_pago:
                self._fallos.resolver(pago.id_evento, en=pago.ocurrido_en, consumidor=COMISIONES)
            conocido = self.pagos.get(pago.id_evento)
            if conocido is None or conocido.version < pago.version:
                self.pagos[pago.id_evento] = pago

    @override
    def guardar_negadas(self, negadas: Collection[ComisionNegada]) -> None:
        for negada in negadas:
            pago = self.pagos.get(negada.id_evento)
            if negada.id_evento not in self._eventos.aceptados or (pago and pago.id_pago != negada.id_pago_desplazado):
                continue
            if negada.es_un_fallo:
                self._fallos.negar(negada, consumidor=COMISIONES)
            else:
                conocida = self.negadas.setdefault(negada.id_evento, negada)
                self.negadas[negada.id_evento] = max(conocida, negada, key=lambda una: una.ocurrido_en)


class FakeReintentos(Reintentos):
    """The retries and their times."""

    def __init__(self, eventos: FakeEventoRepository, fallos: FakeFallos) -> None:
        self.pedidos: defaultdict[UUID, set[datetime]] = defaultdict(set)
        self._eventos = eventos
        self._fallos = fallos

    @override
    def publicar_de_nuevo(self, comando: ReintentarEvento, *, ahora: datetime) -> int:
        exigir_reintento(list(self.pedidos[comando.id_evento]), ahora=ahora)
        self.pedidos[comando.id_evento].add(ahora)
        self._fallos.resolver(comando.id_evento, en=ahora)
        self._eventos.publicados.pop(comando.id_evento, None)
        self._eventos.aparcados.pop(comando.id_evento, None)
        return len(self.pedidos[comando.id_evento])


class FakeConsultas(EventoConsultas):
    """The state of events, read from the other fakes."""

    def __init__(
        self, eventos: FakeEventoRepository, comisiones: FakeComisiones, fallos: FakeFallos, reintentos: FakeReintentos
    ) -> None:
        self._eventos = eventos
        self._comisiones = comisiones
        self._fallos = fallos
        self._reintentos = reintentos

    @override
    def por_id(self, id_evento: UUID) -> EventoVista:
        evento = self._eventos.aceptados.get(id_evento)
        if evento is None:
            raise EventoNoEncontradoError(id_evento)
        pago, negada = self._comisiones.pagos.get(id_evento), self._comisiones.negadas.get(id_evento)
        return EventoVista(
            id=id_evento,
            tipo=evento.recibido.datos.tipo,
            datos=decimal_json.loads(decimal_json.dumps(to_payload(evento))),
            correlation_id=evento.recibido.traza.correlation_id,
            aceptado_en=evento.aceptado_en,
            publicado_en=self._eventos.publicados.get(id_evento),
            pago=PagoDeComision(id=pago.id_pago, estado=pago.estado, mensaje_error=pago.mensaje_error)
            if pago
            else None,
            sin_comision=SinComision(codigo=negada.codigo, mensaje=negada.mensaje) if negada else None,
            fallos=[fallo for fallo in self._abiertos() if fallo.id_evento == id_evento],
            reintentos=len(self._reintentos.pedidos[id_evento]),
        )

    @override
    def fallidos(self, *, id_afiliado: str | None, limite: int) -> Sequence[Fallo]:
        return [fallo for fallo in self._abiertos() if id_afiliado in {None, fallo.id_afiliado}][:limite]

    def _abiertos(self) -> list[Fallo]:
        de_consumidores = [
            replace(
                self._fallo(id_evento, carta.consumidor, carta.motivo, carta.topico, carta.fallo_en),
                codigo=self._fallos.codigos.get((carta.event_id, carta.consumidor)),
            )
            for (id_evento, _), carta in self._fallos.abiertos.items()
        ]
        del_relay = [
            self._fallo(id_evento, RELAY, motivo, None, en)
            for id_evento, (motivo, en) in self._eventos.aparcados.items()
        ]
        return sorted(de_consumidores + del_relay, key=lambda fallo: fallo.fecha, reverse=True)

    def _fallo(self, id_evento: UUID, consumidor: str, motivo: str, topico: str | None, fecha: datetime) -> Fallo:
        datos = self._eventos.aceptados[id_evento].recibido.datos
        return Fallo(
            id_evento=id_evento,
            id_afiliado=datos.id_afiliado,
            tipo=datos.tipo,
            consumidor=consumidor,
            motivo=motivo,
            topico=topico,
            fecha=fecha,
        )


class FakeDisponibilidad(Disponibilidad):
    """Answers as set by the test; while `caida`, the database is unavailable."""

    def __init__(self) -> None:
        self.caida = False
        self.dependencias = Dependencias(tablas=None, por_publicar=0, mas_antiguo_segundos=0.0)

    @override
    def comprobar(self) -> Dependencias:
        if self.caida:
            raise DependencyUnavailableError("postgresql")
        return self.dependencias


class FakeEventCollector:
    """All fakes together, as in the composition root; unknown affiliates are accepted."""

    def __init__(self, *afiliados: Afiliado, eventos_por_minuto: int = 1_000) -> None:
        self.politica = PoliticaPorDefecto(acepta_desconocidos=True, eventos_por_minuto=eventos_por_minuto)
        self.afiliados = FakeAfiliados(*afiliados)
        self.limites = FakeLimites()
        self.eventos = FakeEventoRepository()
        self.fallos = FakeFallos(self.eventos)
        self.comisiones = FakeComisiones(self.eventos, self.fallos)
        self.reintentos = FakeReintentos(self.eventos, self.fallos)
        self.consultas = FakeConsultas(self.eventos, self.comisiones, self.fallos, self.reintentos)
        self.listas = FakeListas(self.eventos, self.consultas)
        self.estadisticas = FakeEstadisticas(self.eventos)
        self.disponibilidad = FakeDisponibilidad()

    def api(self, idempotency: Idempotency) -> ApiDependencies:
        """Return the dependencies of the API's views."""
        return ApiDependencies(
            recepcion=Recepcion(
                afiliados=self.afiliados,
                politica=self.politica,
                firmas=StandardWebhooksSignatures(),
                limites=self.limites,
                eventos=self.eventos,
            ),
            consultas=self.consultas,
            reintentos=self.reintentos,
            listas=self.listas,
            recientes=self.listas,
            estadisticas=self.estadisticas,
            disponibilidad=self.disponibilidad,
            idempotency=idempotency,
        )

    def consumers(self) -> ConsumerDependencies:
        """Return the dependencies of the consumers."""
        return ConsumerDependencies(comisiones=self.comisiones, fallos=self.fallos)
