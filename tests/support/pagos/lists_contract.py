"""The contract of lists of payments; a subclass gives the fixtures `uow` and `listas`."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import pytest

from pagos.aplicacion.listar_pagos import Busqueda, Cursor
from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.pago import Pago
from pagos.dominio.pasarela_de_pagos import Hecho, Rechazado
from support.builders import AHORA, una_traza
from support.pagos.builders import resuelto, unos_datos

if TYPE_CHECKING:
    from pagos.aplicacion.listar_pagos import PagoListas
    from pagos.aplicacion.unit_of_work import PagosUnitOfWork

SEGUNDO: Final = timedelta(seconds=1)
AFILIADOS: Final = ("afiliado-1", "afiliado-2")
FILTERS: Final[list[dict[str, Any]]] = [
    {
        **({} if afiliado is None else {"id_afiliado": afiliado}),
        **({} if estado is None else {"estado": estado}),
        **period,
    }
    for afiliado, estado, period in product(
        (None, *AFILIADOS, "nadie"),
        (None, EstadoPago.PENDIENTE, EstadoPago.EXITOSO, EstadoPago.FALLIDO),
        ({}, {"desde": AHORA + 2 * SEGUNDO}, {"desde": AHORA + SEGUNDO, "hasta": AHORA + 4 * SEGUNDO}),
    )
]


class PagoListasContract:
    """The contract of PagoListas."""

    @pytest.fixture
    def pagos(self, uow: PagosUnitOfWork) -> list[Pago]:
        """Return thirty stored payments, newest first: two affiliates, four states, five of each second."""
        pagos = [un_pago_de(n) for n in range(30)]
        with uow:
            for pago in pagos:
                assert uow.pagos.agregar(pago, clave=None, traza=una_traza())
            uow.commit()
        with uow:
            cargados = uow.pagos.bloquear([pago.id for pago in pagos])
            for n, pago in enumerate(pagos):
                avanzar(cargados[pago.id], n)
            uow.pagos.guardar([(pago, una_traza()) for pago in cargados.values() if pago.new_events])
            uow.commit()
        return sorted(cargados.values(), key=lambda pago: (pago.fecha_creacion, pago.id), reverse=True)

    @pytest.mark.parametrize("filters", FILTERS, ids=str)
    def test_pages_have_the_matching_payments_newest_first(
        self, listas: PagoListas, pagos: list[Pago], filters: dict[str, Any]
    ) -> None:
        """The pages of any size together have each of them once; pages cut through payments of one instant."""
        expected = [pago.id for pago in pagos if matches(pago, **filters)]
        for limite in (1, 3, 7, len(expected) or 1, 200):
            assert self._all(listas, limite=limite, **filters) == expected

    def test_the_last_full_page_has_no_next(self, listas: PagoListas, pagos: list[Pago]) -> None:
        """No client is sent to an empty page."""
        assert listas.pagina(Busqueda(limite=len(pagos))).siguiente is None
        assert listas.pagina(Busqueda(limite=len(pagos) - 1)).siguiente is not None

    def test_a_new_payment_does_not_shift_the_next_page(
        self, listas: PagoListas, pagos: list[Pago], uow: PagosUnitOfWork
    ) -> None:
        """It is on a new first page only."""
        primera = listas.pagina(Busqueda(limite=10))
        nuevo = Pago.crear(uuid4(), unos_datos(), ahora=AHORA + 60 * SEGUNDO)
        with uow:
            assert uow.pagos.agregar(nuevo, clave=None, traza=una_traza())
            uow.commit()
        segunda = listas.pagina(Busqueda(limite=10, cursor=primera.siguiente))
        assert [vista.id for vista in segunda.pagos] == [pago.id for pago in pagos[10:20]]
        assert listas.pagina(Busqueda(limite=1)).pagos[0].id == nuevo.id

    def test_a_cursor_outside_of_the_period_gives_what_is_in_both(self, listas: PagoListas, pagos: list[Pago]) -> None:
        """A cursor after the period's end begins at its end; one before its begin gives an empty page."""
        hasta = AHORA + 2 * SEGUNDO
        later = Cursor(fecha_creacion=AHORA + 4 * SEGUNDO, id=uuid4())
        found = listas.pagina(Busqueda(limite=200, cursor=later, hasta=hasta))
        assert [vista.id for vista in found.pagos] == [pago.id for pago in pagos if pago.fecha_creacion < hasta]
        earlier = Cursor(fecha_creacion=AHORA, id=UUID(int=0))
        assert listas.pagina(Busqueda(limite=5, cursor=earlier, desde=AHORA)).pagos == []

    def test_a_listed_payment_is_the_payment(self, listas: PagoListas, uow: PagosUnitOfWork) -> None:
        """It has all its facts, to the last decimal, and its campaign."""
        pago = Pago.crear(uuid4(), unos_datos(monto="999999999999.99", campana=uuid4()), ahora=AHORA)
        with uow:
            assert uow.pagos.agregar(pago, clave=None, traza=una_traza())
            uow.commit()
        [vista] = listas.pagina(Busqueda(limite=5)).pagos
        assert (vista.id, vista.monto, vista.id_campana) == (pago.id, pago.datos.monto, pago.datos.id_campana)
        assert (vista.id_afiliado, vista.referencia_pago) == (pago.datos.id_afiliado, pago.datos.referencia_pago)
        assert (vista.estado, vista.fecha_creacion, vista.fecha_procesamiento) == (EstadoPago.PENDIENTE, AHORA, None)

    @staticmethod
    def _all(listas: PagoListas, **fields: Any) -> list[UUID]:
        found: list[UUID] = []
        cursor = None
        while True:
            pagina = listas.pagina(Busqueda(cursor=cursor, **fields))
            found += [vista.id for vista in pagina.pagos]
            cursor = pagina.siguiente
            if cursor is None:
                return found


def un_pago_de(n: int) -> Pago:
    """Return the new payment with a number."""
    return Pago.crear(uuid4(), unos_datos(afiliado=AFILIADOS[n % 2]), ahora=AHORA + (n // 5) * SEGUNDO)


def avanzar(pago: Pago, n: int) -> None:
    """Bring a payment to the state of its number: a quarter each PENDIENTE, PROCESANDO, EXITOSO and FALLIDO."""
    if n % 4:
        pago.procesar(ahora=AHORA)
    if n % 4 > 1:
        resuelto(pago, Hecho(referencia_pasarela=f"tr_{n}") if n % 4 == 2 else Rechazado(motivo="sin fondos"))


def matches(pago: Pago, **filters: Any) -> bool:
    """Return whether a payment passes the filters."""
    return bool(
        filters.get("id_afiliado", pago.datos.id_afiliado) == pago.datos.id_afiliado
        and filters.get("estado", pago.estado) == pago.estado
        and filters.get("desde", pago.fecha_creacion) <= pago.fecha_creacion
        and pago.fecha_creacion < filters.get("hasta", pago.fecha_creacion + SEGUNDO)
    )
