"""Each sale earns one commission; PostgreSQL decides between concurrent conversions."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase
from support.pagos.conversions import pagar, una_conversion

WRITERS = 8
SALES = 12


def test_conversions_of_a_sale_at_the_same_time_earn_one_commission(
    connect: Callable[[], PostgresDatabase], database: TestDatabase
) -> None:
    """The proven one has it, even though each is delivered several times and to several consumers at once."""
    conversiones = [
        una_conversion(f"orden-{n}", probada=probada, valor="200" if probada else "100")
        for n in range(SALES)
        for probada in (False, True, False)
    ]
    conexiones = [connect() for _ in range(WRITERS)]

    def entregar(conexion: PostgresDatabase) -> dict[str, Exception]:
        return pagar(conexion, random.sample(conversiones * 2, len(conversiones) * 2))

    with ThreadPoolExecutor(WRITERS) as pool:
        assert list(pool.map(entregar, conexiones)) == [{}] * WRITERS
    assert database.query("select monto, count(*) from pagos.pagos where estado = 'PENDIENTE' group by monto") == [
        (Decimal("20.00"), SALES)
    ]
    # Each of the others was given up or is published as in conflict.
    [(conversiones_resueltas,)] = database.query(
        """
        select count(distinct event)
          from (select substr(referencia_pago, 10) as event from pagos.pagos
                 union all
                select payload->>'id_evento' from pagos.outbox where type = 'ComisionNoPagada') as resuelta
        """
    )
    assert conversiones_resueltas == len(conversiones)


def test_a_conversion_in_conflict_is_published_at_every_delivery(
    connect: Callable[[], PostgresDatabase], database: TestDatabase
) -> None:
    """Each event has a version of its own, so that consumers receive each."""
    conexion, primera, segunda = connect(), *(una_conversion("orden-1", probada=False) for _ in range(2))
    for conversion in (primera, segunda, segunda):
        assert pagar(conexion, [conversion]) == {}
    assert database.query(
        "select aggregateid, version, payload->>'codigo' from pagos.outbox where aggregatetype = 'Comision' order by 2"
    ) == [(segunda.id_evento, version, "conversion-en-conflicto") for version in (1, 2)]
