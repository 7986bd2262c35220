"""The consumer projects events of all contexts; an unreadable one is returned alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

import reportes.proyectar_reportes
from reportes.aplicacion.consultar_informes import Avance
from reportes.aplicacion.proyectar import Fuente
from reportes.composition_root import ProyeccionDependencies
from reportes.dominio.campana_reportada import CampanaReportada
from reportes.dominio.pago_reportado import EstadoReportado, PagoReportado
from reportes.dominio.seguimiento import EventoSeguido, TipoSeguimiento
from reportes.infraestructura.events.foreign_events import CAMPANAS
from seedwork.dominio.dinero import Dinero, Moneda
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from support.builders import AHORA
from support.lambda_events import FakeContext, sample
from support.reportes.fakes import FakeProyeccionUnitOfWork

if TYPE_CHECKING:
    Record = dict[str, Any]

FECHA = datetime(2026, 1, 15, 10, 30, tzinfo=UTC)
CAMPANA = UUID("5f2b1c9e-3a57-4d0b-9a55-0d6f0c1b7e21")


@pytest.fixture
def uow(monkeypatch: pytest.MonkeyPatch) -> FakeProyeccionUnitOfWork:
    """The consumer's unit of work, at AHORA."""
    uow = FakeProyeccionUnitOfWork()
    dependencies = ProyeccionDependencies(uow=uow)
    monkeypatch.setattr(reportes.proyectar_reportes, "proyeccion_dependencies", lambda: dependencies)
    monkeypatch.setattr(reportes.proyectar_reportes, "ahora", lambda: AHORA)
    return uow


def un_registro(tipo: str, data: dict[str, Any], **attributes: Any) -> Record:
    """Return a record with such an event, in the form of the sample's, with new ids."""
    record: Record = sample("proyectar-reportes/mezcla")["Records"][0]
    body = json.loads(record["body"]) | {"id": f"{uuid4()}", "type": tipo, "time": FECHA.isoformat(), "data": data}
    return record | {"messageId": f"m-{uuid4()}", "body": json.dumps(body | attributes)}


def de_un_pago(tipo: str = "PagoPendiente", version: int = 1, **changes: Any) -> Record:
    """Return an event of a payment, by default a new one."""
    pago = {
        "id_pago": f"{uuid4()}", "id_afiliado": "afiliado-001", "id_campana": None, "monto": 100.5, "moneda": "COP",
        "referencia_pago": "r",
    }  # fmt: skip
    return un_registro(tipo, pago | changes, sequence=version)


def de_seguimiento(tipo: str = "ClickRegistrado", **changes: Any) -> Record:
    """Return a tracking event of a campaign."""
    return un_registro(tipo, {"id_evento": f"{uuid4()}", "id_afiliado": "a", "id_campana": f"{CAMPANA}"} | changes)


def consumir(*records: Record) -> list[str]:
    """Consume the records; returns the messages to deliver again."""
    answer = reportes.proyectar_reportes.handler({"Records": list(records)}, FakeContext())
    return [str(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]


@pytest.mark.parametrize(
    ("tipo", "estado"),
    [
        ("PagoPendiente", EstadoReportado.PENDING),
        ("PagoExitoso", EstadoReportado.COMPLETED),
        ("PagoFallido", EstadoReportado.FAILED),
        ("PagoRevertido", EstadoReportado.REVERSED),
    ],
)
def test_an_event_of_a_payment_sets_its_state(
    uow: FakeProyeccionUnitOfWork, tipo: str, estado: EstadoReportado
) -> None:
    """Affiliate, campaign, amount and time are kept too."""
    id_pago = uuid4()
    record = de_un_pago(tipo, 3, id_pago=f"{id_pago}", id_campana=f"{CAMPANA}", moneda="USD", monto=0.01)
    assert consumir(record) == []
    assert uow.committed.pagos == {
        id_pago: PagoReportado(
            id=id_pago, id_afiliado="afiliado-001", id_campana=CAMPANA,
            monto=Dinero(monto=Decimal("0.01"), moneda=Moneda.USD), estado=estado, fecha=FECHA,
            primera_version=3, ultima_version=3, ultimo_evento=json.loads(record["body"])["id"],
        )
    }  # fmt: skip


def test_a_payment_given_up_is_not_counted_as_failed(uow: FakeProyeccionUnitOfWork) -> None:
    """The gateway was never asked, so it has a state of its own, whichever event arrives first."""
    id_pago = f"{uuid4()}"
    anulado = de_un_pago("PagoFallido", 2, id_pago=id_pago, codigo="conversion-en-conflicto")
    assert consumir(anulado) == consumir(de_un_pago("PagoPendiente", 1, id_pago=id_pago)) == []
    rechazado = de_un_pago("PagoFallido", 3, codigo=None)
    assert consumir(rechazado) == []
    assert sorted(pago.estado for pago in uow.committed.pagos.values()) == ["FAILED", "VOIDED"]


def test_all_events_of_a_payment_make_one_row(uow: FakeProyeccionUnitOfWork) -> None:
    """They arrive in one batch, the last one first and one of them twice."""
    id_pago = f"{uuid4()}"
    pendiente = de_un_pago("PagoPendiente", 1, id_pago=id_pago)
    exitoso = de_un_pago("PagoExitoso", 3, id_pago=id_pago)
    assert consumir(exitoso, pendiente, exitoso | {"messageId": "otra vez"}) == []
    [pago] = uow.committed.pagos.values()
    assert (pago.estado, pago.primera_version, pago.ultima_version) == (EstadoReportado.COMPLETED, 1, 3)


def test_a_conversion_that_earns_nothing_is_no_payment(uow: FakeProyeccionUnitOfWork) -> None:
    """Its event on the payments' topic is accepted without effect; the rest of the batch is projected."""
    id_pago = uuid4()
    data = {"id_evento": f"{uuid4()}", "id_afiliado": "a", "id_campana": None, "codigo": "conversion-en-conflicto",
            "mensaje": "m", "id_pago": f"{uuid4()}"}  # fmt: skip
    assert consumir(un_registro("ComisionNoPagada", data), de_un_pago(id_pago=f"{id_pago}")) == []
    assert uow.committed.pagos.keys() == {id_pago}


@pytest.mark.parametrize("tipo", sorted(CAMPANAS))
def test_every_event_of_a_campaign_sets_its_name(uow: FakeProyeccionUnitOfWork, tipo: str) -> None:
    """Its type does not matter."""
    assert consumir(un_registro(tipo, {"id_campana": f"{CAMPANA}", "nombre": "Otoño"}, sequence=4)) == []
    assert uow.committed.campanas == {CAMPANA: CampanaReportada(id=CAMPANA, nombre="Otoño", version=4)}


@pytest.mark.parametrize(
    ("tipo", "visto"),
    [
        ("ImpresionRegistrada", TipoSeguimiento.IMPRESSION),
        ("ClickRegistrado", TipoSeguimiento.CLICK),
        ("ConversionRegistrada", TipoSeguimiento.CONVERSION),
        ("VistaDePaginaRegistrada", TipoSeguimiento.PAGE_VIEW),
    ],
)
def test_a_tracking_event_is_counted_by_its_type(
    uow: FakeProyeccionUnitOfWork, tipo: str, visto: TipoSeguimiento
) -> None:
    """Its id is the envelope's; the campaign may be missing, and unknown fields are ignored."""
    record = un_registro(tipo, {"id_evento": f"{uuid4()}", "id_afiliado": "a", "moneda": "COP"}, id="e-1")
    assert consumir(record, record | {"messageId": "otra vez"}) == []
    assert uow.committed.eventos == {
        "e-1": EventoSeguido(id="e-1", tipo=visto, id_afiliado="a", id_campana=None, fecha=FECHA)
    }


@pytest.mark.parametrize(
    "veneno",
    [
        lambda: de_un_pago("PagoEnProceso", 2),
        lambda: de_un_pago("ReversoSolicitado", 4),
        lambda: un_registro("OfertaCreada", {}),
        lambda: de_un_pago(monto=0),
        lambda: de_un_pago(monto="100.50"),
        lambda: de_un_pago(monto=0.001),
        lambda: de_un_pago(monto=10**12),
        lambda: de_un_pago(moneda="GBP"),
        lambda: de_un_pago(id_pago="7"),
        lambda: de_un_pago(id_campana="7"),
        lambda: de_un_pago(id_afiliado=""),
        lambda: de_un_pago(id_afiliado="nulo\x00"),
        lambda: de_un_pago(id_afiliado="x" * 101),
        lambda: de_un_pago(version=2**31),
        lambda: un_registro("PagoPendiente", {}),
        lambda: un_registro("CampanaCreada", {"id_campana": f"{CAMPANA}", "nombre": "nulo\x00"}),
        lambda: un_registro("CampanaCreada", {"id_campana": f"{CAMPANA}"}),
        lambda: de_seguimiento(id_afiliado=None),
        lambda: de_seguimiento(id_campana="7"),
        lambda: de_seguimiento() | {"body": "{"},
        lambda: un_registro("ClickRegistrado", {"id_afiliado": "a"}, id="nulo\x00"),
        lambda: un_registro("ClickRegistrado", {"id_afiliado": "a"}, id="x" * 256),
        lambda: un_registro("ClickRegistrado", {"id_afiliado": "a"}, time="ayer"),
    ],
)
def test_an_unreadable_event_is_returned_alone(uow: FakeProyeccionUnitOfWork, veneno: Callable[[], Record]) -> None:
    """It becomes a dead letter in the end; the rest of the batch is projected."""
    record = veneno()
    assert consumir(de_un_pago(), record, de_seguimiento()) == [record["messageId"]]
    assert (len(uow.committed.pagos), len(uow.committed.eventos), uow.committed.campanas) == (1, 1, {})


def test_the_progress_of_each_source_is_stored(uow: FakeProyeccionUnitOfWork) -> None:
    """The latest event of the batch counts, by its time."""
    antes = datetime(2026, 1, 15, 9, tzinfo=UTC)
    records = [
        de_un_pago("PagoExitoso", 3),
        un_registro("PagoPendiente", json.loads(de_un_pago()["body"])["data"], time=antes.isoformat()),
        de_seguimiento("ConversionRegistrada"),
    ]
    assert consumir(*records) == []
    assert uow.committed.avances == {
        Fuente.PAGOS: Avance(tipo="PagoExitoso", ocurrido_en=FECHA, proyectado_en=AHORA),
        Fuente.SEGUIMIENTO: Avance(tipo="ConversionRegistrada", ocurrido_en=FECHA, proyectado_en=AHORA),
    }


def test_an_empty_batch_means_that_no_event_waits(uow: FakeProyeccionUnitOfWork) -> None:
    """It is the mapping's heartbeat, and changes nothing else."""
    assert consumir() == []
    assert (uow.committed.al_dia, uow.committed.avances, uow.committed.pagos) == (AHORA, {}, {})


def test_without_the_database_the_batch_fails(uow: FakeProyeccionUnitOfWork, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole batch fails and is delivered again."""

    def unavailable(*_: Any) -> None:
        raise DependencyUnavailableError("postgresql")

    monkeypatch.setattr(FakeProyeccionUnitOfWork, "__enter__", unavailable)
    with pytest.raises(DependencyUnavailableError):
        consumir(de_un_pago())
    assert uow.committed.pagos == {}
