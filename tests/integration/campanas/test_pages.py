"""The list of campaigns has the right pages and totals with each filter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

import pytest

from campanas.aplicacion.consultar_campanas import Busqueda, Cursor
from campanas.dominio.estado_campana import EstadoCampana
from campanas.infraestructura.postgres.campana_queries import PostgresCampanaConsultas
from seedwork.dominio.dinero import Moneda
from support.builders import AHORA
from support.campanas.builders import una_campana, unos_datos_de_campana
from support.campanas.many_campaigns import seed
from support.campanas.steps import agregar

if TYPE_CHECKING:
    from campanas.aplicacion.consultar_campanas import Pagina
    from campanas.infraestructura.postgres.unit_of_work import PostgresCampanasUnitOfWork
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase

CAMPAIGNS: Final = 600
ACTIVE: Final = EstadoCampana.ACTIVE
FILTERS: Final[dict[str, tuple[str | None, EstadoCampana | None]]] = {
    "all": (None, None),
    "by affiliate": ("afiliado-3", None),
    "by state": (None, ACTIVE),
    "by both": ("afiliado-3", ACTIVE),
    "by an affiliate without any": ("afiliado-x", None),
}


@pytest.fixture
def consultas(database: TestDatabase, connect: Callable[[], PostgresDatabase]) -> PostgresCampanaConsultas:
    """Return queries on many campaigns, three of each instant."""
    seed(database, last=CAMPAIGNS - 1)
    return PostgresCampanaConsultas(connect())


@pytest.fixture(params=FILTERS)
def filters(request: pytest.FixtureRequest) -> tuple[str | None, EstadoCampana | None]:
    """Return an affiliate and a state."""
    return FILTERS[request.param]


@pytest.fixture
def search(filters: tuple[str | None, EstadoCampana | None]) -> Callable[..., Busqueda]:
    """Return a function that makes a query with the filters."""
    afiliado, estado = filters

    def search(limit: int, *, offset: int = 0, cursor: Cursor | None = None) -> Busqueda:
        return Busqueda(limit=limit, offset=offset, cursor=cursor, id_afiliado=afiliado, estado=estado)

    return search


@pytest.fixture
def expected(
    consultas: PostgresCampanaConsultas, filters: tuple[str | None, EstadoCampana | None], database: TestDatabase
) -> list[UUID]:
    """Return the ids of the matching campaigns, newest first, found by a scan."""
    del consultas
    rows = database.query("select id, id_afiliado, estado, fecha_creacion from campanas.campanas")
    chosen = [row for row in rows if filters[0] in (None, row[1]) and filters[1] in (None, row[2])]
    return [row[0] for row in sorted(chosen, key=lambda row: (row[3], row[0]), reverse=True)]


def ids(pagina: Pagina) -> list[UUID]:
    """Return the ids of a page's campaigns."""
    return [vista.id for vista in pagina.campanas]


def pages(consultas: PostgresCampanaConsultas, search: Callable[..., Busqueda], limit: int) -> Iterator[Pagina]:
    """Yield the pages one after the other, by their cursors."""
    cursor = None
    while True:
        pagina = consultas.buscar(search(limit, cursor=cursor))
        yield pagina
        cursor = pagina.siguiente
        if cursor is None:
            return


def test_a_page_has_the_newest_and_the_total(
    consultas: PostgresCampanaConsultas, search: Callable[..., Busqueda], expected: list[UUID]
) -> None:
    """It has the newest matching campaigns, for any limit."""
    for limit in (1, 10, CAMPAIGNS, 1_000):
        pagina = consultas.buscar(search(limit))
        assert (ids(pagina), pagina.total) == (expected[:limit], len(expected))
        assert (pagina.siguiente is None) == (len(expected) <= limit)


def test_pages_by_offset_are_the_whole(
    consultas: PostgresCampanaConsultas, search: Callable[..., Busqueda], expected: list[UUID]
) -> None:
    """The pages together have all campaigns, and each has the total."""
    paginas = [consultas.buscar(search(50, offset=offset)) for offset in range(0, CAMPAIGNS, 50)]
    assert [id_campana for pagina in paginas for id_campana in ids(pagina)] == expected
    assert {pagina.total for pagina in paginas} == {len(expected)}


def test_a_page_beyond_the_end_is_empty_and_has_the_total(
    consultas: PostgresCampanaConsultas, search: Callable[..., Busqueda], expected: list[UUID], database: TestDatabase
) -> None:
    """This holds for an offset and for the cursor of the very last campaign."""
    [(oldest,)] = database.query("select min(fecha_creacion) from campanas.campanas")
    for beyond in (
        search(10, offset=len(expected)),
        search(10, offset=10**15),
        search(10, cursor=Cursor(fecha_creacion=oldest - timedelta(days=1), id=una_campana().id)),
    ):
        pagina = consultas.buscar(beyond)
        assert (list(pagina.campanas), pagina.total, pagina.siguiente) == ([], len(expected), None)


def test_pages_by_cursor_are_complete_while_campaigns_are_created(
    consultas: PostgresCampanaConsultas,
    search: Callable[..., Busqueda],
    expected: list[UUID],
    uow: PostgresCampanasUnitOfWork,
) -> None:
    """They have all earlier campaigns once, and the current total; pages of seven cut through equal instants."""
    found: list[UUID] = []
    nueva = unos_datos_de_campana(id_afiliado="afiliado-3")
    passes = search(1).id_afiliado in (None, nueva.id_afiliado) and search(1).estado is None
    for created, pagina in enumerate(pages(consultas, search, 7)):
        found += ids(pagina)
        assert pagina.total == len(expected) + created * passes
        agregar(uow, una_campana(nueva, ahora=AHORA + timedelta(seconds=created)))
    assert found == expected


def test_campaigns_of_one_instant_are_in_a_fixed_order(
    uow: PostgresCampanasUnitOfWork, connect: Callable[[], PostgresDatabase]
) -> None:
    """They are ordered by id, and a cursor between two of them skips none."""
    creadas = [agregar(uow, una_campana()).id for _ in range(25)]
    consultas = PostgresCampanaConsultas(connect())
    paginas = list(pages(consultas, lambda limit, cursor: Busqueda(limit=limit, cursor=cursor), 4))
    found = [id_campana for pagina in paginas for id_campana in ids(pagina)]
    assert found == sorted(creadas, reverse=True)
    assert [len(pagina.campanas) for pagina in paginas] == [4] * 6 + [1]


def test_the_last_full_page_has_no_next(
    consultas: PostgresCampanaConsultas, search: Callable[..., Busqueda], expected: list[UUID]
) -> None:
    """No client is sent to an empty page."""
    if expected:
        assert consultas.buscar(search(len(expected))).siguiente is None
    assert consultas.buscar(search(1_000)).siguiente is None


def test_statistics_are_of_all_campaigns(consultas: PostgresCampanaConsultas, database: TestDatabase) -> None:
    """They equal sums over all campaigns."""
    estadisticas = consultas.estadisticas()
    rows = database.query("select estado, moneda, presupuesto from campanas.campanas")
    assert dict(estadisticas.por_estado) == Counter(EstadoCampana(estado) for estado, _, _ in rows)
    assert dict(estadisticas.presupuestos) == {
        moneda: sum(monto for _, otra, monto in rows if otra == moneda) for moneda in {row[1] for row in rows}
    }
    [sums] = database.query(
        """
        select sum(impresiones), sum(clicks), sum(conversiones), sum(gasto_usd), sum(gasto_eur), sum(gasto_cop)
          from campanas.campanas
        """
    )
    metricas = estadisticas.metricas
    assert sums == (
        metricas.impresiones,
        metricas.clicks,
        metricas.conversiones,
        *(metricas.gasto(moneda) for moneda in (Moneda.USD, Moneda.EUR, Moneda.COP)),
    )


def test_no_campaigns_are_an_empty_page_and_no_figures(connect: Callable[[], PostgresDatabase]) -> None:
    """Neither a page nor the statistics fail."""
    consultas = PostgresCampanaConsultas(connect())
    pagina = consultas.buscar(Busqueda(limit=10))
    assert (list(pagina.campanas), pagina.total, pagina.siguiente) == ([], 0, None)
    assert sum(consultas.estadisticas().por_estado.values()) == 0
