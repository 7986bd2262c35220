"""Reports in memory; they pass the contracts in this package, as the real ones do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self
from uuid import UUID

from reportes.aplicacion.consultar_informes import Avance, EstadoDelModelo, Informes, PagoEnInformes
from reportes.aplicacion.proyectar import ModeloDeLectura, ProyeccionUnitOfWork
from reportes.aplicacion.versiones import Historial, Publicacion, VersionConocida, VersionesPublicadas
from reportes.dominio.errores import PagoNoContadoError, VersionNoLegibleError
from reportes.dominio.informe import CERO, Cuenta, Detalle, Fila, Resumen, Tabla
from reportes.dominio.seguimiento import TipoSeguimiento
from seedwork.aplicacion.ports import override
from seedwork.dominio.dinero import Moneda
from support.builders import AHORA
from support.reportes.builders import DIA

if TYPE_CHECKING:
    from reportes.aplicacion.proyectar import Fuente, Novedad
    from reportes.dominio.campana_reportada import CampanaReportada
    from reportes.dominio.informe import Consulta
    from reportes.dominio.pago_reportado import PagoReportado
    from reportes.dominio.periodo import Periodo
    from reportes.dominio.seguimiento import EventoSeguido
    from reportes.dominio.version import Reparto


@dataclass(slots=True)
class _State:
    pagos: dict[UUID, PagoReportado] = field(default_factory=dict)
    contados: dict[UUID, datetime] = field(default_factory=dict)
    campanas: dict[UUID, CampanaReportada] = field(default_factory=dict)
    eventos: dict[str, EventoSeguido] = field(default_factory=dict)
    avances: dict[Fuente, Avance] = field(default_factory=dict)
    al_dia: datetime | None = None

    def copy(self) -> _State:
        return _State(
            dict(self.pagos),
            dict(self.contados),
            dict(self.campanas),
            dict(self.eventos),
            dict(self.avances),
            self.al_dia,
        )


class FakeProyeccionUnitOfWork(ProyeccionUnitOfWork, ModeloDeLectura):
    """Transactions in memory: the work happens on a copy, which `commit` puts in place."""

    def __init__(self) -> None:
        self.modelo = self
        self.committed = _State()
        self._work = _State()

    @override
    def __enter__(self) -> Self:
        self._work = self.committed.copy()
        return self

    @override
    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None, /
    ) -> None:
        """Discard uncommitted work."""

    @override
    def commit(self) -> None:
        self.committed = self._work

    @override
    def guardar_pagos(self, pagos: Collection[PagoReportado], /, *, ahora: datetime) -> None:
        for pago in pagos:
            previo = self._work.pagos.get(pago.id)
            if previo is None or pago.ultima_version > previo.ultima_version:
                self._work.contados[pago.id] = ahora
            conocido = self._work.pagos.get(pago.id, pago)
            self._work.pagos[pago.id] = conocido.con(pago)

    @override
    def guardar_campanas(self, campanas: Collection[CampanaReportada], /) -> None:
        for campana in campanas:
            conocida = self._work.campanas.get(campana.id, campana)
            self._work.campanas[campana.id] = conocida.con(campana)

    @override
    def guardar_seguimiento(self, eventos: Collection[EventoSeguido], /) -> None:
        for evento in eventos:
            self._work.eventos.setdefault(evento.id, evento)

    @override
    def anotar_avance(self, ultimos: Collection[Novedad], /, *, ahora: datetime) -> None:
        for novedad in ultimos:
            conocido = self._work.avances.get(novedad.fuente)
            if conocido is None or novedad.ocurrido_en > conocido.ocurrido_en:
                avance = Avance(tipo=novedad.tipo, ocurrido_en=novedad.ocurrido_en, proyectado_en=ahora)
                self._work.avances[novedad.fuente] = avance

    @override
    def anotar_al_dia(self, ahora: datetime, /) -> None:
        self._work.al_dia = max(ahora, self._work.al_dia or ahora)


class FakeInformes(Informes):
    """The read side of a FakeProyeccionUnitOfWork: counts single payments and events for each report."""

    def __init__(self, uow: FakeProyeccionUnitOfWork) -> None:
        self._uow = uow

    @override
    def resumen(self, consulta: Consulta) -> Resumen:
        return Resumen(consulta=consulta, total=_cuenta(self._pagos(consulta, consulta.moneda)))

    @override
    def detalle(self, consulta: Consulta) -> Detalle:
        otras = {moneda: _cuenta(self._pagos(consulta, moneda)) for moneda in Moneda if moneda is not consulta.moneda}
        return Detalle(
            consulta=consulta,
            total=self.resumen(consulta).total,
            por_campana={fila.id_campana: fila.cuenta for fila in self.tabla(consulta).filas if fila.cuenta.pagos},
            otras_monedas={moneda: cuenta for moneda, cuenta in otras.items() if cuenta.pagos},
        )

    @override
    def tabla(self, consulta: Consulta) -> Tabla:
        pagos, eventos = self._pagos(consulta, consulta.moneda), self._eventos(consulta)
        campanas = {pago.id_campana for pago in pagos} | {evento.id_campana for evento in eventos}
        filas = [
            self._fila(
                id_campana,
                _cuenta(pago for pago in pagos if pago.id_campana == id_campana),
                Counter(evento.tipo for evento in eventos if evento.id_campana == id_campana),
            )
            for id_campana in sorted(campanas, key=lambda id_campana: (id_campana is None, str(id_campana)))
        ]
        return Tabla(consulta=consulta, filas=sorted(filas, key=lambda fila: fila.cuenta.monto, reverse=True))

    @override
    def pago(self, id_pago: UUID, /) -> PagoEnInformes:
        if id_pago not in self._uow.committed.pagos:
            raise PagoNoContadoError
        return PagoEnInformes(pago=self._uow.committed.pagos[id_pago], contado_en=self._uow.committed.contados[id_pago])

    @override
    def estado(self) -> EstadoDelModelo:
        return EstadoDelModelo(
            vigente=1, en_construccion=None, avances=self._uow.committed.avances, al_dia=self._uow.committed.al_dia
        )

    def _pagos(self, consulta: Consulta, moneda: Moneda) -> list[PagoReportado]:
        return [
            pago
            for pago in self._uow.committed.pagos.values()
            if pago.estado in consulta.estados and pago.monto.moneda is moneda and _trata_de(consulta, pago)
        ]

    def _eventos(self, consulta: Consulta) -> list[EventoSeguido]:
        return [
            evento
            for evento in self._uow.committed.eventos.values()
            if evento.tipo is not TipoSeguimiento.PAGE_VIEW and _trata_de(consulta, evento)
        ]

    def _fila(self, id_campana: UUID | None, cuenta: Cuenta, vistos: Counter[TipoSeguimiento]) -> Fila:
        campana = None if id_campana is None else self._uow.committed.campanas.get(id_campana)
        return Fila(
            id_campana=id_campana,
            nombre=None if campana is None else campana.nombre,
            cuenta=cuenta,
            impresiones=vistos[TipoSeguimiento.IMPRESSION],
            clicks=vistos[TipoSeguimiento.CLICK],
            conversiones=vistos[TipoSeguimiento.CONVERSION],
        )


class FakeVersionesPublicadas(VersionesPublicadas):
    """Parameter Store in memory; it may be down or hold an invalid text, and counts its reads."""

    def __init__(self) -> None:
        self.publicaciones: list[Publicacion] = []
        self.caida = False
        self.ilegible = False
        self.lecturas = 0

    @override
    def leer(self) -> Publicacion | None:
        self.lecturas += 1
        self._exigir_que_responda()
        if self.ilegible:
            raise VersionNoLegibleError("El parámetro no contiene una versión: x")
        return self.publicaciones[-1] if self.publicaciones else None

    @override
    def publicar(self, reparto: Reparto, *, por: str) -> Publicacion:
        """Publish, each time with a date one day later."""
        self._exigir_que_responda()
        self.ilegible = False
        publicacion = Publicacion(reparto=reparto, desde=AHORA + len(self.publicaciones) * DIA, por=por)
        self.publicaciones.append(publicacion)
        return publicacion

    @override
    def historial(self) -> Historial:
        self._exigir_que_responda()
        return Historial(cambios=self.publicaciones[::-1], causa="x no es una versión" if self.ilegible else None)

    def _exigir_que_responda(self) -> None:
        if self.caida:
            raise VersionNoLegibleError("Parameter Store no responde.")


class FakeVersionConocida(VersionConocida):
    """The last known version in memory, shared by several instances of the API."""

    def __init__(self) -> None:
        self.publicacion: Publicacion | None = None

    @override
    def leer(self) -> Publicacion | None:
        return self.publicacion

    @override
    def guardar(self, publicacion: Publicacion) -> None:
        conocida = self.publicacion
        if conocida is None or (conocida.desde or AHORA) < (publicacion.desde or AHORA):
            self.publicacion = publicacion


def _trata_de(consulta: Consulta, dato: PagoReportado | EventoSeguido) -> bool:
    return (
        _contiene(consulta.periodo, dato.fecha)
        and consulta.id_campana in (None, dato.id_campana)
        and consulta.id_afiliado in (None, dato.id_afiliado)
    )


def _contiene(periodo: Periodo, fecha: datetime) -> bool:
    return (periodo.desde is None or periodo.desde <= fecha) and (periodo.hasta is None or fecha < periodo.hasta)


def _cuenta(pagos: Iterable[PagoReportado]) -> Cuenta:
    pagos = list(pagos)
    return Cuenta(por_estado=Counter(pago.estado for pago in pagos), monto=sum((p.monto.monto for p in pagos), CERO))
