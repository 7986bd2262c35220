"""A spreadsheet reads the CSV as intended, and executes nothing."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reportes.dominio.informe import Tabla
from reportes.dominio.pago_reportado import EstadoReportado
from reportes.dominio.periodo import Borde
from reportes.dominio.seguimiento import TipoSeguimiento
from reportes.dominio.version import Version
from reportes.infraestructura.http.csv_view import csv_of
from reportes.infraestructura.http.csv_writer import csv_text
from seedwork.dominio.dinero import Moneda
from support.reportes.builders import proyectados, un_evento, un_pago, una_campana, una_consulta
from support.reportes.fakes import FakeInformes, FakeProyeccionUnitOfWork

if TYPE_CHECKING:
    from unit.reportes.conftest import Api

UNA, OTRA = UUID(int=1), UUID(int=2)
SIMPLE = ["campaignId", "payments", "amount", "currency"]
DETAILED = [
    *SIMPLE, "campaignName", "avgTicket", "pending", "completed", "failed", "impressions", "clicks", "conversions",
]  # fmt: skip


@pytest.fixture
def unos_datos(api: Api) -> None:
    """Project data of a campaign, of no campaign, and of a campaign with tracking only."""
    api.hay(
        un_pago("10", id_campana=UNA),
        un_pago("0.01", id_campana=UNA, estado=EstadoReportado.COMPLETED),
        un_pago("0.02", id_campana=UNA, estado=EstadoReportado.FAILED),
        un_pago("5", Moneda.USD, id_campana=UNA),
        un_pago("1"),
        una_campana("Verano", id=UNA),
        *(un_evento(tipo, id_campana=OTRA) for tipo in TipoSeguimiento),
    )


def rows(text: bytes | str) -> list[list[str]]:
    """Return the rows that a spreadsheet reads."""
    return list(csv.reader(io.StringIO(text.decode() if isinstance(text, bytes) else text, newline="")))


@pytest.mark.usefixtures("unos_datos")
def test_version_1_has_a_row_for_each_campaign_with_payments(api: Api) -> None:
    """The largest amount comes first; the answer is a file."""
    answer = api.get("payments.csv?version=v1")
    assert rows(answer.body) == [SIMPLE, [f"{UNA}", "3", "10.03", "COP"], ["", "1", "1.00", "COP"]]
    assert answer.body.count(b"\r\n") == 3
    assert {name: answer.headers[name] for name in ("Content-Type", "Content-Disposition", "X-Report-Version")} == {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": 'attachment; filename="payments.csv"',
        "X-Report-Version": "v1",
    }


@pytest.mark.usefixtures("unos_datos")
def test_version_2_has_the_columns_of_version_1_first(api: Api) -> None:
    """Campaigns with tracking only are added; the average is to the cent."""
    answer = api.get("payments.csv?version=v2")
    assert rows(answer.body) == [
        DETAILED,
        [f"{UNA}", "3", "10.03", "COP", "Verano", "3.34", "1", "1", "1", "0", "0", "0"],
        ["", "1", "1.00", "COP", "", "1.00", "1", "0", "0", "0", "0", "0"],
        [f"{OTRA}", "0", "0.00", "COP", "", "0.00", "0", "0", "0", "1", "1", "1"],
    ]
    assert answer.headers["X-Report-Version"] == "v2"


def test_the_uncounted_parts_of_the_period_are_named(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are intervals (ISO 8601), in version 2 only: version 1 has no tracking counts."""
    borde = Borde(desde=datetime(2025, 1, 1, 5, tzinfo=UTC), hasta=datetime(2025, 1, 2, tzinfo=UTC))
    monkeypatch.setattr(
        FakeInformes, "tabla", lambda _, consulta: Tabla(consulta=consulta, filas=[], sin_seguimiento=[borde])
    )
    said = [api.get(f"payments.csv?version={name}").headers.get("X-Report-Tracking-Uncounted") for name in ("v1", "v2")]
    assert said == [None, "2025-01-01T05:00:00Z/2025-01-02T00:00:00Z"]


def test_a_csv_without_payments_has_the_header(api: Api) -> None:
    """This holds for both versions."""
    assert rows(api.get("payments.csv?version=v1").body) == [SIMPLE]
    assert rows(api.get("payments.csv?version=v2").body) == [DETAILED]


@pytest.mark.usefixtures("unos_datos")
def test_the_csv_covers_the_requested_payments(api: Api) -> None:
    """The filters are those of the report."""
    [_, row] = rows(api.get("payments.csv?version=v1&moneda=USD").body)
    assert row == [f"{UNA}", "1", "5.00", "USD"]
    [_, row] = rows(api.get(f"payments.csv?version=v2&id_campana={UNA}&estado=FAILED").body)
    assert row[1:9] == ["1", "0.02", "COP", "Verano", "0.02", "0", "0", "1"]


def name_of(nombre: str) -> str:
    """Return the name that a spreadsheet reads for a campaign with that name."""
    uow = FakeProyeccionUnitOfWork()
    proyectados(uow, un_pago(id_campana=UNA), una_campana(nombre, id=UNA))
    text = csv_of(FakeInformes(uow).tabla(una_consulta()), Version.V2)
    [header, row] = rows(text)
    assert len(row) == len(header)
    return row[4]


@pytest.mark.parametrize(
    "nombre", ['Verano, "el bueno"', "dos\nlíneas", "dos\r\nlíneas", '"', ",", "ñ €; 5 % — 🎈", "a-b=c"]
)
def test_a_name_may_be_anything(nombre: str) -> None:
    """Commas, quotes and line ends stay within their cell."""
    assert name_of(nombre) == nombre


@pytest.mark.parametrize(
    ("nombre", "kept"),
    [
        # OWASP's list: = + - @, tab, carriage return, line feed, and their full-width forms
        *((formula, f"'{formula}") for formula in ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x";"y")')),
        ("\t=1", "'\t'=1"), ("\r=1", "'\r'=1"), ("\n=1", "'\n'=1"), ("\tx", "'\tx"),
        ("\uff1d1+1", "'\uff1d1+1"), ("\uff0b1", "'\uff0b1"), ("\uff0d1", "'\uff0d1"),
        ("\uff20SUM(A1)", "'\uff20SUM(A1)"),
        ("\ufe661", "'\ufe661"), ("\u22121", "'\u22121"),
        # invisible characters before it
        ("\ufeff=1", "'\ufeff=1"), ("\u200b=1", "'\u200b=1"), (" =1", "' =1"),
        ("\u00a0\u2060\u00ad=1", "'\u00a0\u2060\u00ad=1"),
        ("\u3164=1", "'\u3164=1"), ("\ufe0f\uff1d1", "'\ufe0f\uff1d1"), ("\x00=1", "'\x00=1"),
         ('"=1', "'\"=1"), ("\U000e0020=1", "'\U000e0020=1"),
        # a cell begins here for another separator
        ("x;=cmd|' /C calc'!A0", "x;'=cmd|' /C calc'!A0"), ("x; \u200b@y", "x;' \u200b@y"), ('x;"=1', "x;'\"=1"),
        ("x\t=1", "x\t'=1"), ("x,+1", "x,'+1"), ("x|-1", "x|'-1"), ("x\n=1", "x\n'=1"),
         ("x;;\uff1d1;=2", "x;;'\uff1d1;'=2"),
        ("=1;=2", "'=1;'=2"),
    ],
)  # fmt: skip
def test_a_name_is_no_formula(nombre: str, kept: str) -> None:
    """An apostrophe makes it a text wherever a cell could begin."""
    assert name_of(nombre) == kept


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    nombre=st.text(
        st.sampled_from('=+-@;,\t|" \ufeff\uff1dx1\n\u200b') | st.characters(exclude_categories=["Cs"]), min_size=1
    )
)
def test_no_name_breaks_the_table_or_is_a_formula(delimiter: str, nombre: str) -> None:
    """This holds for any name and any separator of the spreadsheet."""
    assert name_of(nombre).replace("'", "") == nombre.replace("'", "")
    uow = FakeProyeccionUnitOfWork()
    proyectados(uow, un_pago(id_campana=UNA), una_campana(nombre, id=UNA))
    text = csv_of(FakeInformes(uow).tabla(una_consulta()), Version.V2)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        for cell in row:
            seen = cell.lstrip('"\ufeff\u200b \xa0')
            assert not seen.startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))


def test_texts_are_quoted_and_numbers_are_not(api: Api) -> None:
    """Texts are quoted with doubled inner quotes (RFC 4180, 2); a spreadsheet can add up the numbers."""
    api.hay(un_pago("10", id_campana=UNA), una_campana('El "bueno"', id=UNA))
    [header, row] = api.get("payments.csv?version=v2").body.decode().splitlines()
    assert header.startswith('"campaignId","payments","amount","currency",')
    assert row == f'"{UNA}",1,10.00,"COP","El ""bueno""",10.00,1,0,0,0,0,0'


def test_a_number_stays_a_number() -> None:
    """This includes negative numbers."""
    assert csv_text([("-1", -1, Decimal("-1.50"))]) == '"\'-1",-1,-1.50\r\n'
