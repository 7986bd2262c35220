"""Lists of payments on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from pagos.aplicacion.listar_pagos import Busqueda
from pagos.dominio.estado_pago import EstadoPago
from pagos.infraestructura.postgres.pago_lists import PostgresPagoListas
from pagos.infraestructura.postgres.unit_of_work import PostgresPagosUnitOfWork
from support.pagos.lists_contract import PagoListasContract

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase


class TestPostgresPagoListas(PagoListasContract):
    """The contract of lists, on PostgreSQL."""

    @pytest.fixture
    def uow(self, connect: Callable[[], PostgresDatabase]) -> PostgresPagosUnitOfWork:
        """Return a unit of work on a connection of its own."""
        return PostgresPagosUnitOfWork(connect())

    @pytest.fixture
    def listas(self, connect: Callable[[], PostgresDatabase]) -> PostgresPagoListas:
        """Return the lists, on another connection."""
        return PostgresPagoListas(connect())


@pytest.mark.parametrize("estado", [None, EstadoPago.EXITOSO])
def test_an_affiliate_has_its_payments_of_before_the_normal_form(
    database: TestDatabase, connect: Callable[[], PostgresDatabase], estado: EstadoPago | None
) -> None:
    """Older payments may spell the affiliate's id with full-width letters."""
    database.execute(
        """
        insert into pagos.pagos (id, id_afiliado, monto, moneda, estado, referencia_pago, fecha_creacion, version)
        select gen_random_uuid(), id_afiliado, 1, 'COP', 'EXITOSO', id_afiliado, now(), 3
          from unnest(array['\uff41', 'a', 'b']) as id_afiliado
        """
    )
    found = PostgresPagoListas(connect()).pagina(Busqueda(limite=5, id_afiliado="a", estado=estado)).pagos
    assert {vista.id_afiliado for vista in found} == {"\uff41", "a"}
