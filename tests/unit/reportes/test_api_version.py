"""The API shows the active version, changes it, and reports how current the read model is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

import reportes.api
from reportes.aplicacion.proyectar import confirmar_al_dia, proyectar
from support.builders import AHORA
from support.lambda_events import FakeContext, proxy_event
from support.reportes.builders import un_evento, un_pago, un_reparto, una_novedad

if TYPE_CHECKING:
    from unit.reportes.conftest import Api

ANA = "arn:aws:iam::000000000000:user/ana"
SINCE = "2026-01-15T10:30:00+00:00"
NEXT_DAY = "2026-01-16T10:30:00+00:00"


def published(active: str, canary: dict[str, Any] | None, since: str | None, by: str | None) -> dict[str, Any]:
    """Return a publication as the API shows it."""
    return {"active": active, "canary": canary, "since": since, "by": by}


def test_before_the_first_change_v1_is_active_without_an_author(api: Api) -> None:
    """There is no history."""
    answer = api.get("version")
    assert (answer.status_code, answer.json_body) == (
        200, published("v1", None, None, None) | {"source": "default", "available": ["v1", "v2"], "history": []},
    )  # fmt: skip


def test_a_change_returns_the_active_version_and_the_history(api: Api) -> None:
    """The answers to the change and to a query show it."""
    canary = {"version": "v2", "percent": 10}
    assert api.put(active="v1", canary=canary, by="ana").json_body == published("v1", canary, SINCE, "ana") | {
        "source": "published", "available": ["v1", "v2"], "history": [published("v1", canary, SINCE, "ana")],
    }  # fmt: skip
    expected = published("v2", None, NEXT_DAY, "luis") | {
        "source": "published",
        "available": ["v1", "v2"],
        "history": [published("v2", None, NEXT_DAY, "luis"), published("v1", canary, SINCE, "ana")],
    }
    for answer in (api.put(active="v2", by="luis"), api.get("version"), api.put(active="v2", by="otra vez")):
        assert (answer.status_code, answer.json_body) == (200, expected)
    assert api.get("payments").headers["X-Report-Version"] == "v2"


@pytest.mark.parametrize(
    ("identity", "by"),
    [
        ({"userArn": ANA, "sourceIp": "10.0.0.1"}, ANA),
        ({"userArn": None, "sourceIp": "10.0.0.1"}, "10.0.0.1"),
        ({}, "desconocido"),
        (None, "desconocido"),
    ],
)  # fmt: skip
def test_without_a_given_author_api_gateways_caller_is_used(api: Api, identity: dict[str, Any] | None, by: str) -> None:
    """API Gateway's user ARN is used, or else the address."""
    event = proxy_event("PUT", "/api/reports/version", body='{"active": "v2"}')
    event["requestContext"]["identity"] = identity
    assert reportes.api.app(event, FakeContext())["statusCode"] == 200
    assert [publicacion.por for publicacion in api.publicadas.publicaciones] == [by]


@pytest.mark.parametrize(
    ("body", "campo"),
    [
        ({}, "active"),
        ({"active": "v3"}, "active"),
        ({"active": None}, "active"),
        ({"active": "v1", "otra": 1}, "otra"),
        ({"active": "v1", "by": ""}, "by"),
        ({"active": "v1", "by": "\u200b"}, "by"),
        ({"active": "v1", "by": "nulo\x00"}, "by"),
        ({"active": "v1", "by": "x" * 601}, "by"),
        ({"active": "v1", "canary": {"version": "v2"}}, "canary.percent"),
        ({"active": "v1", "canary": {"version": "v2", "percent": -1}}, "canary.percent"),
        ({"active": "v1", "canary": {"version": "v2", "percent": 101}}, "canary.percent"),
        ({"active": "v1", "canary": {"version": "v2", "percent": 1.5}}, "canary.percent"),
        ({"active": "v1", "canary": {"version": "v2", "percent": "10"}}, "canary.percent"),
        ({"active": "v1", "canary": {"version": "v2", "percent": True}}, "canary.percent"),
        ({"active": "v1", "canary": {"percent": 10}}, "canary.version"),
        ({"active": "v1", "canary": 10}, "canary"),
    ],
)
def test_an_invalid_change_is_refused(api: Api, body: dict[str, Any], campo: str) -> None:
    """The answer names the field."""
    answer = api.put(**body)
    assert answer.status_code == 422
    assert [error["campo"] for error in answer.json_body["errores"]] == [campo]
    assert api.publicadas.publicaciones == []


def test_a_canary_is_another_version(api: Api) -> None:
    """It must differ from the active one."""
    answer = api.put(active="v2", canary={"version": "v2", "percent": 10})
    assert (answer.status_code, answer.json_body["codigo"]) == (422, "canario-no-valido")
    assert api.publicadas.publicaciones == []


def test_while_parameter_store_is_down_nothing_can_be_changed(api: Api) -> None:
    """The active version is still shown, without its history."""
    api.put(active="v2", by="ana")
    api.publicadas.caida = True
    answer = api.put(active="v1", by="ana")
    assert (answer.status_code, answer.json_body["codigo"], answer.headers["Retry-After"]) == (
        503, "version-no-legible", "2",
    )  # fmt: skip
    answer = api.get("version")
    assert (answer.status_code, answer.json_body) == (
        200,
        published("v2", None, SINCE, "ana") | {"source": "last-known", "available": ["v1", "v2"], "history": None},
    )


def test_the_health_shows_how_current_reports_are(api: Api) -> None:
    """They show the delay of the latest event, for each source and for all together."""
    api.publicadas.publicar(un_reparto("v2"), por="ana")
    visto, pagado = AHORA - timedelta(seconds=2), AHORA - timedelta(seconds=1.5)
    novedades = [
        una_novedad(un_evento(), tipo="ClickRegistrado", ocurrido_en=visto),
        una_novedad(un_pago(), tipo="PagoExitoso", ocurrido_en=pagado),
    ]
    proyectar(novedades, uow=api.uow, ahora=AHORA)
    answer = api.get("health")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.json_body == {
        "status": "healthy",
        "service": answer.json_body["service"],
        "timestamp": AHORA.isoformat(),
        "version": published("v2", None, SINCE, "ana") | {"source": "published"},
        "readModel": {
            "generation": 1,
            "rebuilding": None,
            "lagMilliseconds": 1_500,
            "lastSign": AHORA.isoformat(),
            "lastEvent": pagado.isoformat(),
            "sources": {
                "seguimiento": {
                    "lastEvent": visto.isoformat(), "type": "ClickRegistrado", "projectedAt": AHORA.isoformat(),
                },
                "pagos": {
                    "lastEvent": pagado.isoformat(), "type": "PagoExitoso", "projectedAt": AHORA.isoformat(),
                },
            },
        },
        "dependencies": {"postgresql": "ok", "parameterStore": "ok", "connector": "ok"},
    }  # fmt: skip


def test_during_silence_of_the_topics_the_lag_grows(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connector silent for half a minute is no quiet day: events may be missing."""
    proyectar([una_novedad(un_pago(), ocurrido_en=AHORA - timedelta(seconds=1))], uow=api.uow, ahora=AHORA)
    reported = []
    for seconds in (30, 31, 600):
        monkeypatch.setattr(reportes.api, "ahora", lambda seconds=seconds: AHORA + timedelta(seconds=seconds))
        document = api.get("health").json_body
        lag, connector = document["readModel"]["lagMilliseconds"], document["dependencies"]["connector"]
        reported.append((document["status"], lag, connector))
    silent = f"silent since {AHORA.isoformat()}"
    assert reported == [("healthy", 1_000, "ok"), ("degraded", 31_000, silent), ("degraded", 600_000, silent)]


def test_on_a_quiet_day_heartbeats_keep_the_lag_small(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lag is then that of the latest event, however old it is."""
    proyectar([una_novedad(un_pago(), ocurrido_en=AHORA - timedelta(seconds=1))], uow=api.uow, ahora=AHORA)
    manana = AHORA + timedelta(days=1)
    confirmar_al_dia(uow=api.uow, ahora=manana)
    monkeypatch.setattr(reportes.api, "ahora", lambda: manana + timedelta(seconds=9))
    document = api.get("health").json_body
    assert (document["status"], document["readModel"]["lagMilliseconds"]) == ("healthy", 1_000)
    assert document["readModel"]["lastSign"] == manana.isoformat()


def test_after_an_outage_the_lag_ends_once_no_event_waits(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """During the catch-up, the lag is the delay of the latest event."""
    proyectar([una_novedad(un_pago(), ocurrido_en=AHORA - timedelta(minutes=10))], uow=api.uow, ahora=AHORA)
    lags = [api.get("health").json_body["readModel"]["lagMilliseconds"]]
    confirmar_al_dia(uow=api.uow, ahora=AHORA + timedelta(seconds=5))
    monkeypatch.setattr(reportes.api, "ahora", lambda: AHORA + timedelta(seconds=8))
    lags.append(api.get("health").json_body["readModel"]["lagMilliseconds"])
    assert lags == [600_000, 3_000]


def test_a_connector_without_any_sign_is_not_healthy(api: Api) -> None:
    """Without a sign it is unknown what has happened."""
    document = api.get("health").json_body
    assert (document["status"], document["dependencies"]["connector"]) == ("degraded", "silent since ever")


def test_before_the_first_event_there_is_no_lag(api: Api) -> None:
    """The lag, the latest event and the sources are empty."""
    model = api.get("health").json_body["readModel"]
    assert (model["lagMilliseconds"], model["lastEvent"], model["sources"]) == (None, None, {})


@pytest.mark.parametrize("caida", [True, False])
def test_without_parameter_store_reports_are_degraded(api: Api, *, caida: bool) -> None:
    """The last version is served with the reason; the same holds if the parameter is invalid."""
    api.put(active="v2", by="ana")
    api.publicadas.caida, api.publicadas.ilegible = caida, not caida
    answer = api.get("health")
    assert (answer.status_code, answer.json_body["status"]) == (200, "degraded")
    assert (answer.json_body["version"]["active"], answer.json_body["version"]["source"]) == ("v2", "last-known")
    assert answer.json_body["dependencies"]["parameterStore"] == (
        "Parameter Store no responde." if caida else "El parámetro no contiene una versión: x"
    )
