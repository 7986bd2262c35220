"""Every sample of the reports' functions is an event that they handle."""

from __future__ import annotations

import json
import time

import pytest

import reportes.api
import reportes.composition_root
import reportes.proyectar_reportes
from reportes.aplicacion.versiones import Versiones
from support.contracts import validate_envelope
from support.lambda_events import FakeContext, sample
from support.reportes.fakes import (
    FakeInformes,
    FakeProyeccionUnitOfWork,
    FakeVersionConocida,
    FakeVersionesPublicadas,
)
from support.samples import samples_of

REPORTES = {
    "reportes-api/get-payments": 200,
    "reportes-api/get-payments-v2": 200,
    "reportes-api/get-payments-csv": 200,
    "reportes-api/get-version": 200,
    "reportes-api/put-version": 200,
    "reportes-api/get-reports-health": 200,
}
CONSUMED = "proyectar-reportes/mezcla"
SCHEDULED = "archivar-reportes/tick"  # in tests/unit/infra/test_archivar.py


def test_no_sample_is_forgotten() -> None:
    """A new sample needs its line above."""
    assert samples_of("reportes") == REPORTES.keys() | {CONSUMED, SCHEDULED}


@pytest.fixture
def proyeccion(monkeypatch: pytest.MonkeyPatch) -> FakeProyeccionUnitOfWork:
    """The read model of reports, which starts empty."""
    proyeccion = FakeProyeccionUnitOfWork()
    versiones = Versiones(FakeVersionesPublicadas(), FakeVersionConocida(), reloj=time.monotonic)
    api = reportes.composition_root.ApiDependencies(informes=FakeInformes(proyeccion), versiones=versiones)
    monkeypatch.setattr(reportes.api, "api_dependencies", lambda: api)
    consumer = reportes.composition_root.ProyeccionDependencies(uow=proyeccion)
    monkeypatch.setattr(reportes.proyectar_reportes, "proyeccion_dependencies", lambda: consumer)
    return proyeccion


@pytest.mark.usefixtures("proyeccion")
@pytest.mark.parametrize("name", REPORTES)
def test_a_request_for_reports_is_answered(name: str) -> None:
    """Every answer but the CSV is JSON."""
    answer = reportes.api.app(sample(name), FakeContext())
    assert answer["statusCode"] == REPORTES[name]
    assert name.endswith("-csv") or json.loads(answer["body"])


def test_a_mixture_of_events_is_reported(proyeccion: FakeProyeccionUnitOfWork) -> None:
    """The samples of the consumer are in the answers to the samples of the API."""
    assert reportes.proyectar_reportes.handler(sample("proyectar-reportes/mezcla"), FakeContext()) == {
        "batchItemFailures": []
    }
    assert len(proyeccion.committed.eventos) == 4
    answer = reportes.api.app(sample("reportes-api/get-payments-v2"), FakeContext())
    summary = json.loads(answer["body"])["summary"]
    assert (summary["totalPayments"], summary["totalAmount"], summary["byStatus"]["COMPLETED"]) == (1, 100.5, 1)
    answer = reportes.api.app(sample("reportes-api/get-payments-csv"), FakeContext())
    assert answer["body"].splitlines()[1] == (
        '"5f2b1c9e-3a57-4d0b-9a55-0d6f0c1b7e21",1,100.50,"COP","Verano",100.50,0,1,0,1,1,1'
    )


def test_an_event_keeps_its_contract() -> None:
    """The consumer's side of events/contracts is valid."""
    for record in sample(CONSUMED)["Records"]:
        validate_envelope(json.loads(record["body"]))
