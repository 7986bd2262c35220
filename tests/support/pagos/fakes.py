"""In-memory adapters; the contracts in this package hold for them and for the real ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self
from uuid import UUID, uuid4

from pagos.aplicacion.consultar_outbox import EstadisticasOutbox, OutboxConsultas
from pagos.aplicacion.consultar_pago import PagoConsultas, PagoVista
from pagos.aplicacion.trazar_pago import PagoTrazas, Paso
from pagos.aplicacion.unit_of_work import PagosUnitOfWork
from pagos.dominio.comision_repository import ComisionRepository
from pagos.dominio.errores import PagoNoEncontradoError
from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.pago_repository import PagoExistente, PagoRepository
from seedwork.aplicacion.inbox import Inbox
from seedwork.aplicacion.ports import override
from seedwork.dominio.domain_error import ConcurrencyError
from support.pagos.memory import Memory, load

if TYPE_CHECKING:
    from pagos.dominio.comision import ComisionDeVenta, ComisionNoPagada, Venta
    from pagos.dominio.eventos import DatosDelPago
    from pagos.dominio.pago import Pago
    from pagos.dominio.pago_repository import ClaveDeSolicitud
    from seedwork.dominio.traza import Traza


class FakePagosUnitOfWork(
    PagosUnitOfWork, PagoRepository, ComisionRepository, Inbox, PagoConsultas, PagoTrazas, OutboxConsultas
):
    """Transactions in memory: work happens on a copy, which `commit` puts in place."""

    def __init__(self) -> None:
        self.pagos = self.comisiones = self.inbox = self
        self._committed = Memory()
        self._work = Memory()
        self.transactions = 0
        self.open = False

    @override
    def __enter__(self) -> Self:
        assert not self.open, "one transaction at a time"
        self._work, self.open = self._committed.copy(), True
        return self

    @override
    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None, /
    ) -> None:
        self.open = False

    @override
    def commit(self) -> None:
        self._committed = self._work
        self.transactions += 1

    @override
    def agregar(self, pago: Pago, *, clave: ClaveDeSolicitud | None, traza: Traza) -> bool:
        if self.buscar(pago.datos, clave=clave) is not None:
            return False
        if clave:
            self._work.keys[_clave(clave, pago.datos)] = pago.id
        self._work.references[pago.datos.id_afiliado, pago.datos.referencia_pago] = pago.id
        self._store(pago, traza)
        return True

    @override
    def buscar(self, datos: DatosDelPago, *, clave: ClaveDeSolicitud | None) -> PagoExistente | None:
        by_key = self._work.keys.get(_clave(clave, datos)) if clave else None
        found = by_key or self._work.references.get((datos.id_afiliado, datos.referencia_pago))
        return None if found is None else PagoExistente(pago=load(self._work, found), misma_clave=by_key is not None)

    @override
    def bloquear(self, ids: Collection[UUID]) -> dict[UUID, Pago]:
        return {id_pago: load(self._work, id_pago) for id_pago in sorted(ids) if id_pago in self._work.histories}

    @override
    def reservar_por_conciliar(self, *, ahora: datetime, hasta: datetime, limite: int) -> dict[UUID, Pago]:
        due = sorted((at, id_pago) for id_pago, at in self._work.conciliar_desde.items() if at <= ahora)[:limite]
        self._work.conciliar_desde |= {id_pago: hasta for _, id_pago in due}
        return {id_pago: load(self._work, id_pago) for _, id_pago in due}

    @override
    def bloquear_atrasados(self, *, aceptados_hasta: datetime, limite: int) -> dict[UUID, Pago]:
        pagos = [load(self._work, id_pago) for id_pago in self._work.histories]
        due = [
            (pago.fecha_creacion, pago.id)
            for pago in pagos
            if pago.estado is EstadoPago.PENDIENTE and pago.fecha_creacion <= aceptados_hasta
        ]
        return {id_pago: load(self._work, id_pago) for _, id_pago in sorted(due)[:limite]}

    @override
    def correlaciones(self, ids: Collection[UUID]) -> dict[UUID, str]:
        return {id_pago: self._work.histories[id_pago][0].correlation_id for id_pago in ids}

    @override
    def publicar_de_nuevo(self, id_pago: UUID, /) -> None:
        self._work.publicados_de_nuevo += (id_pago,)

    @override
    def guardar(self, cambios: Sequence[tuple[Pago, Traza]]) -> None:
        for pago, traza in cambios:
            self._store(pago, traza)

    @override
    def reclamar(self, venta: Venta, comision: ComisionDeVenta) -> ComisionDeVenta | None:
        titular = self._work.ventas.get(venta)
        if titular is None:
            self._work.ventas[venta] = comision
        return titular

    @override
    def reasignar(self, venta: Venta, comision: ComisionDeVenta) -> None:
        assert venta in self._work.ventas
        self._work.ventas[venta] = comision

    @override
    def anotar_no_pagada(self, no_pagada: ComisionNoPagada, *, traza: Traza) -> None:
        del traza
        self._work.no_pagadas += (no_pagada,)

    @property
    def no_pagadas(self) -> Sequence[ComisionNoPagada]:
        """The committed conversions that earn nothing."""
        return self._committed.no_pagadas

    @property
    def publicados_de_nuevo(self) -> Sequence[UUID]:
        """The payments whose last event was published again."""
        return self._committed.publicados_de_nuevo

    @override
    def ya_recibidos(self, event_ids: Collection[str], /) -> set[str]:
        return set(self._work.inbox & set(event_ids))

    @override
    def registrar(self, event_ids: Collection[str], /) -> None:
        self._work.inbox = self._work.inbox | frozenset(event_ids)

    @override
    def por_id(self, id_pago: UUID) -> PagoVista:
        if id_pago not in self._committed.histories:
            raise PagoNoEncontradoError(id_pago)
        pago = load(self._committed, id_pago)
        return PagoVista(
            id=id_pago,
            id_afiliado=pago.datos.id_afiliado,
            monto=pago.datos.monto,
            estado=pago.estado,
            referencia_pago=pago.datos.referencia_pago,
            id_campana=pago.datos.id_campana,
            fecha_creacion=pago.fecha_creacion,
            fecha_procesamiento=pago.fecha_procesamiento,
            mensaje_error=pago.mensaje_error,
        )

    @override
    def pasos(self, id_pago: UUID) -> Sequence[Paso]:
        if id_pago not in self._committed.histories:
            raise PagoNoEncontradoError(id_pago)
        return self._committed.histories[id_pago]

    @override
    def correlacion(self, id_pago: UUID) -> str | None:
        return next((paso.correlation_id for paso in self._committed.histories.get(id_pago, ())), None)

    @override
    def estadisticas(self) -> EstadisticasOutbox:
        """Count the payments; no event is published here, and time stands still."""
        pagos = [load(self._committed, id_pago) for id_pago in self._committed.histories]
        return EstadisticasOutbox(
            eventos_procesados=0,
            eventos_pendientes=sum(pago.version for pago in pagos),
            pagos_desconocidos=sum(1 for pago in pagos if pago.pregunta and pago.pregunta.sin_respuesta),
            mas_antiguo_segundos={
                "PENDIENTE": _age(pago.estado is EstadoPago.PENDIENTE for pago in pagos),
                "PROCESANDO": _age(pago.estado is EstadoPago.PROCESANDO for pago in pagos),
                "REVERSO_EN_CURSO": _age(pago.reverso_en_curso for pago in pagos),
            },
        )

    def por_referencia(self, referencia: str) -> Pago:
        """Return the only committed payment with that reference."""
        [id_pago] = [id_pago for (_, otra), id_pago in self._committed.references.items() if otra == referencia]
        return load(self._committed, id_pago)

    @property
    def todos(self) -> list[Pago]:
        """Return all committed payments."""
        return [load(self._committed, id_pago) for id_pago in self._committed.histories]

    def is_open(self, id_pago: UUID) -> bool:
        """Return whether a payment has an order that the gateway has not settled."""
        return id_pago in self._committed.conciliar_desde

    def _store(self, pago: Pago, traza: Traza) -> None:
        history = self._work.histories.get(pago.id, ())
        if len(history) + len(pago.new_events) != pago.version:
            raise ConcurrencyError("otro escritor fue primero")
        new = (
            Paso(
                id_evento=str(uuid4()),
                evento=event,
                correlation_id=traza.correlation_id,
                causation_id=traza.causation_id,
                publicado_en=None,
            )
            for event in pago.new_events
        )
        self._work.histories[pago.id] = (*history, *new)
        self._work.conciliar_desde.pop(pago.id, None)
        if pago.pregunta is not None:
            self._work.conciliar_desde[pago.id] = pago.pregunta.conciliar_desde
        pago.clear_new_events()


def _age(in_the_state: Iterable[bool]) -> float | None:
    return 0.0 if any(in_the_state) else None


def _clave(clave: ClaveDeSolicitud, datos: DatosDelPago) -> tuple[str, str, str]:
    if clave.solicitante is None:
        return ("afiliado", datos.id_afiliado, clave.valor)
    return ("sub", clave.solicitante, clave.valor)
