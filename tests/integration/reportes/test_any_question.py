"""Every report equals a count over single payments and events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reportes.dominio.informe import Consulta
from reportes.dominio.pago_reportado import EstadoReportado
from reportes.dominio.periodo import Periodo
from reportes.dominio.version import Version
from reportes.infraestructura.http import views
from reportes.infraestructura.http.csv_view import csv_of
from reportes.infraestructura.postgres.informe_queries import PostgresInformes
from reportes.infraestructura.postgres.unit_of_work import PostgresProyeccionUnitOfWork
from seedwork.dominio.dinero import Moneda
from seedwork.infraestructura.postgres.database import PostgresDatabase
from support.postgres.database import TestDatabase
from support.reportes.builders import proyectados, una_consulta, utc
from support.reportes.fakes import FakeInformes, FakeProyeccionUnitOfWork
from support.reportes.some_events import AFILIADOS, CAMPANAS, INSTANTES, unos_datos

if TYPE_CHECKING:
    from aero.platform.database import Database
    from reportes.aplicacion.consultar_informes import Informes

PERIODOS: Final = {
    "open": (None, None),
    "whole days": (utc(2024, 2, 28), utc(2025, 3, 1)),
    "parts of days": (utc(2024, 2, 28, 5), utc(2026, 1, 1, 5)),
    "part of a day": (utc(2024, 2, 29, 1), utc(2024, 2, 29, 6)),
}
# Instants of events, neighbouring ones, and any others; the same instants also in other zones.
ZONAS: Final = (UTC, *(timezone(timedelta(hours=hours)) for hours in (-5, 14)))
EXTREMOS = st.none() | st.builds(
    lambda instante, mas, zona: (instante + mas).astimezone(zona),
    st.sampled_from(INSTANTES) | st.datetimes(datetime(2023, 6, 1), datetime(2026, 6, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - `timezones` sets it
    st.sampled_from([timedelta(0), timedelta(microseconds=1), timedelta(microseconds=-1), timedelta(days=1)]),
    st.sampled_from(ZONAS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambos:
    """The same events in the tables and in memory."""

    informes: PostgresInformes
    a_mano: FakeInformes

    def assert_equal(self, consulta: Consulta) -> None:
        """Compare each kind of report, in the forms of the API and its CSV."""
        assert answers(self.informes, consulta) == answers(self.a_mano, consulta)


def answers(informes: Informes, consulta: Consulta) -> dict[str, Any]:
    """Return all answers; the order of the other currencies does not matter."""
    detalle = views.v2(informes.detalle(consulta))
    detalle["breakdown"]["byCurrency"].sort(key=lambda otra: otra["currency"])
    csv = csv_of(informes.tabla(consulta), Version.V2)
    return {"v1": views.v1(informes.resumen(consulta)), "v2": detalle, "csv": csv}


@pytest.fixture(scope="module")
def ambos(postgres: Database) -> Iterator[Ambos]:
    """Both with some hundreds of payments and events."""
    database = TestDatabase(administered=postgres)
    database.empty()
    datos, on_memory = unos_datos(Random(7), pagos=800, eventos=200), FakeProyeccionUnitOfWork()
    with closing(PostgresDatabase(lambda _fresh: database.secret("reportes"))) as connection:
        for uow in (PostgresProyeccionUnitOfWork(connection), on_memory):
            proyectados(uow, *datos)
        yield Ambos(informes=PostgresInformes(connection), a_mano=FakeInformes(on_memory))


@pytest.mark.parametrize("moneda", Moneda)
@pytest.mark.parametrize("periodo", PERIODOS)
def test_every_combination_of_filters(ambos: Ambos, periodo: str, moneda: Moneda) -> None:
    """State, campaign and affiliate are each given or not, and each combination finds payments."""
    for estado, id_campana, id_afiliado in product((None, *EstadoReportado), (None, CAMPANAS[0]), (None, AFILIADOS[0])):
        filters = {"estado": estado, "id_campana": id_campana, "id_afiliado": id_afiliado}
        consulta = una_consulta(*PERIODOS[periodo], moneda=moneda, **filters)
        ambos.assert_equal(consulta)
        assert periodo == "part of a day" or ambos.informes.resumen(consulta).total.pagos, consulta


@settings(max_examples=150, deadline=None)
@given(
    extremos=st.tuples(EXTREMOS, EXTREMOS),
    moneda=st.sampled_from(Moneda),
    estado=st.none() | st.sampled_from(EstadoReportado),
    id_campana=st.sampled_from(CAMPANAS),
    id_afiliado=st.sampled_from((None, *AFILIADOS)),
)
def test_any_period(ambos: Ambos, extremos: tuple[datetime | None, datetime | None], **filters: Any) -> None:
    """The period has any length, ends and zone."""
    desde, hasta = extremos
    if desde and hasta and desde > hasta:
        desde, hasta = hasta, desde
    ambos.assert_equal(Consulta(periodo=Periodo(desde=desde, hasta=hasta), **filters))


@pytest.mark.parametrize(
    "periodo", [(utc(1, 1, 1, 5), utc(9998, 12, 31, 5)), (utc(1, 1, 1), utc(9999, 12, 31, 23, 59))]
)
def test_the_whole_calendar(ambos: Ambos, periodo: tuple[datetime, datetime]) -> None:
    """The periods reach from the first hours of the calendar to its last."""
    ambos.assert_equal(una_consulta(*periodo))
    assert ambos.informes.resumen(una_consulta(*periodo)).total == ambos.informes.resumen(una_consulta()).total


def test_two_halves_of_a_period_add_up(ambos: Ambos) -> None:
    """Wherever a period is cut, each payment is in one half; it is cut at each instant with an event."""
    todo = ambos.informes.resumen(una_consulta()).total
    for instante in INSTANTES:
        antes, despues = una_consulta(hasta=instante), una_consulta(desde=instante)
        mitades = [ambos.informes.resumen(mitad).total for mitad in (antes, despues)]
        assert sum(mitad.pagos for mitad in mitades) == todo.pagos
        assert sum(mitad.monto for mitad in mitades) == todo.monto
