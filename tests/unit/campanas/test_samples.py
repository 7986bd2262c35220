"""Every sample of the campaigns' functions is an event that they handle."""

from __future__ import annotations

import json

import pytest

import campanas.api
import campanas.metricas_campanas
from campanas.composition_root import Dependencies
from support.campanas.fakes import FakeCampanasUnitOfWork, FakeConsultas
from support.contracts import validate_envelope
from support.lambda_events import FakeContext, sample
from support.samples import samples_of

STATUSES = {
    "campanas-primaria/post-campana": 200,
    "campanas-primaria/get-campanas": 200,
    "campanas-primaria/get-healthz": 200,
    "campanas-primaria/patch-activate": 404,  # the campaign of the sample does not exist
}
CONSUMED = {"metricas-campanas/mezcla"}
SCHEDULED = {"archivar-campanas/tick"}  # in tests/unit/infra/test_archivar.py


def test_no_sample_is_forgotten() -> None:
    """Each sample is listed above."""
    assert samples_of("campanas") == STATUSES.keys() | CONSUMED | SCHEDULED


def test_an_event_keeps_its_contract() -> None:
    """The samples of consumed events are valid under their schemas in events/contracts."""
    for name in CONSUMED:
        for record in sample(name)["Records"]:
            validate_envelope(json.loads(record["body"]))


@pytest.mark.parametrize("name", STATUSES)
def test_a_request_for_campaigns_is_answered(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both instances run the same app, so one is enough."""
    uow = FakeCampanasUnitOfWork()
    monkeypatch.setattr(campanas.api, "dependencies", lambda: Dependencies(uow=uow, consultas=FakeConsultas(uow)))
    answer = campanas.api.app(sample(name), FakeContext())
    assert answer["statusCode"] == STATUSES[name]
    assert json.loads(answer["body"])
