"""In-memory campaigns; the contract in this package holds for them and for the real ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING, Self
from uuid import UUID

from campanas.aplicacion.consultar_campanas import CampanaConsultas, CampanaVista, Cursor, Estadisticas, Pagina
from campanas.aplicacion.unit_of_work import CampanasUnitOfWork
from campanas.dominio.campana import Campana
from campanas.dominio.campana_repository import CampanaRepository, SolicitudAtendida
from campanas.dominio.errores import CampanaNoEncontradaError
from campanas.dominio.eventos import CampanaEvento, MetricasCorregidas
from campanas.dominio.metricas import Metricas
from seedwork.aplicacion.inbox import OneStepInbox
from seedwork.aplicacion.ports import override
from seedwork.dominio.domain_error import ConcurrencyError

if TYPE_CHECKING:
    from campanas.aplicacion.consultar_campanas import Busqueda
    from campanas.dominio.campana_repository import Ambito
    from campanas.dominio.estado_campana import EstadoCampana
    from campanas.dominio.metricas import Correccion
    from seedwork.dominio.dinero import Moneda
    from seedwork.dominio.solicitud import Solicitud
    from seedwork.dominio.traza import Traza


@dataclass(slots=True)
class _State:
    histories: dict[UUID, tuple[CampanaEvento, ...]] = field(default_factory=dict)
    metricas: dict[UUID, Metricas] = field(default_factory=dict)
    atendidas: dict[tuple[str, str, str], SolicitudAtendida] = field(default_factory=dict)
    inbox: frozenset[str] = frozenset()

    def copy(self) -> _State:
        return _State(dict(self.histories), dict(self.metricas), dict(self.atendidas), self.inbox)


class FakeCampanasUnitOfWork(CampanasUnitOfWork, CampanaRepository, OneStepInbox):
    """Transactions in memory: work happens on a copy, which `commit` puts in place."""

    def __init__(self) -> None:
        self.campanas = self.inbox = self
        self._committed = _State()
        self._work = _State()
        self.transactions = 0
        self.olvidado = datetime.min.replace(tzinfo=UTC)

    @override
    def __enter__(self) -> Self:
        self._work = self._committed.copy()
        return self

    @override
    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None, /
    ) -> None:
        """Forget uncommitted work."""

    @override
    def commit(self) -> None:
        self._committed = self._work
        self.transactions += 1

    @override
    def recibir(self, event_ids: Collection[str], /) -> set[str]:
        new = set(event_ids) - self._work.inbox
        self._work.inbox |= new
        return new

    @override
    def olvidado_hasta(self) -> datetime:
        """Return `olvidado`: this inbox forgets nothing unless a test sets it."""
        return self.olvidado

    @override
    def como_fue_creada(self, id_campana: UUID) -> Campana:
        return Campana.reconstituir(id_campana, self._work.histories[id_campana][:1])

    @override
    def atendida(self, solicitud: Solicitud, *, ambito: Ambito) -> SolicitudAtendida | None:
        id_afiliado = ambito.id_afiliado
        if ambito.id_campana in self._work.histories:
            id_afiliado = _load(self._work, ambito.id_campana).datos.id_afiliado
        return self._work.atendidas.get(_clave(solicitud, id_afiliado or ""))

    @override
    def agregar(self, campana: Campana, *, solicitud: Solicitud, traza: Traza) -> None:
        self._store(campana, solicitud, traza)
        self._work.metricas[campana.id] = Metricas()

    @override
    def guardar(self, campana: Campana, *, solicitud: Solicitud, traza: Traza) -> None:
        moneda = campana.datos.presupuesto.moneda
        for event in campana.new_events:
            if isinstance(event, MetricasCorregidas):
                actuales = self._work.metricas[campana.id]
                self._work.metricas[campana.id] = _corregidas(actuales, event.correccion, moneda)
        if campana.new_events:
            self._store(campana, solicitud, traza)

    @override
    def sumar_metricas(self, metricas: Mapping[UUID, Metricas]) -> set[UUID]:
        conocidas = metricas.keys() & self._work.metricas.keys()
        for id_campana in conocidas:
            self._work.metricas[id_campana] += metricas[id_campana]
        return conocidas

    def por_id(self, id_campana: UUID) -> CampanaVista:
        """Read a committed campaign."""
        if id_campana not in self._committed.histories:
            raise CampanaNoEncontradaError(id_campana)
        return CampanaVista.de(_load(self._committed, id_campana))

    def buscar_pagina(self, busqueda: Busqueda) -> Pagina:
        """Read a page of committed campaigns, for `CampanaConsultas.buscar`."""
        vistas = [CampanaVista.de(_load(self._committed, id_campana)) for id_campana in self._committed.histories]
        fitting = sorted(
            (
                vista
                for vista in vistas
                if busqueda.id_afiliado in (None, vista.datos.id_afiliado) and busqueda.estado in (None, vista.estado)
            ),
            key=lambda vista: (vista.fecha_creacion, vista.id),
            reverse=True,
        )
        after = [vista for vista in fitting if _is_after(vista, busqueda.cursor)][busqueda.offset :]
        page = after[: busqueda.limit]
        more = len(after) > busqueda.limit
        siguiente = Cursor(fecha_creacion=page[-1].fecha_creacion, id=page[-1].id) if more else None
        return Pagina(campanas=page, total=len(fitting), siguiente=siguiente)

    def estadisticas(self) -> Estadisticas:
        """Sum over the committed campaigns."""
        por_estado: Counter[EstadoCampana] = Counter()
        presupuestos: dict[Moneda, Decimal] = defaultdict(Decimal)
        metricas = Metricas()
        for id_campana in self._committed.histories:
            campana = _load(self._committed, id_campana)
            por_estado[campana.estado] += 1
            presupuestos[campana.datos.presupuesto.moneda] += campana.datos.presupuesto.monto
            metricas += campana.metricas
        return Estadisticas(por_estado=por_estado, presupuestos=presupuestos, metricas=metricas)

    @override
    def buscar(self, id_campana: UUID) -> Campana | None:
        return _load(self._work, id_campana) if id_campana in self._work.histories else None

    def _store(self, campana: Campana, solicitud: Solicitud, traza: Traza) -> None:
        del traza
        history = self._work.histories.get(campana.id, ())
        clave = _clave(solicitud, campana.datos.id_afiliado)
        if len(history) + len(campana.new_events) != campana.version or clave in self._work.atendidas:
            raise ConcurrencyError("otro escritor fue primero")
        self._work.histories[campana.id] = history + campana.new_events
        self._work.atendidas[clave] = SolicitudAtendida(id_campana=campana.id, huella=solicitud.huella)
        campana.clear_new_events()


def _clave(solicitud: Solicitud, id_afiliado: str) -> tuple[str, str, str]:
    if solicitud.solicitante is None:
        return ("afiliado", id_afiliado, solicitud.clave)
    return ("sub", solicitud.solicitante, solicitud.clave)


class FakeConsultas(CampanaConsultas):
    """The read side of a FakeCampanasUnitOfWork."""

    def __init__(self, uow: FakeCampanasUnitOfWork) -> None:
        self._uow = uow

    @override
    def por_id(self, id_campana: UUID) -> CampanaVista:
        return self._uow.por_id(id_campana)

    @override
    def buscar(self, busqueda: Busqueda) -> Pagina:
        return self._uow.buscar_pagina(busqueda)

    @override
    def estadisticas(self) -> Estadisticas:
        return self._uow.estadisticas()


def _load(state: _State, id_campana: UUID) -> Campana:
    campana = Campana.reconstituir(id_campana, state.histories[id_campana])
    campana.metricas = state.metricas[id_campana]
    return campana


def _corregidas(metricas: Metricas, correccion: Correccion, moneda: Moneda) -> Metricas:
    counts = {
        name: value
        for name in ("impresiones", "clicks", "conversiones")
        if (value := getattr(correccion, name)) is not None
    }
    gastos = metricas.gastos if correccion.gasto is None else {**metricas.gastos, moneda: correccion.gasto}
    return replace(metricas, gastos=gastos, **counts)


def _is_after(vista: CampanaVista, cursor: Cursor | None) -> bool:
    return cursor is None or (vista.fecha_creacion, vista.id) < (cursor.fecha_creacion, cursor.id)
