"""A caller gets the requested version, or that of the port, of its affiliate, or the active one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.reportes.builders import un_reparto

if TYPE_CHECKING:
    from unit.reportes.conftest import Api


def test_the_active_version_is_served_and_a_caller_may_ask_for_another(api: Api) -> None:
    """A switch changes the version of requests that name none."""
    for activa in ("v1", "v2", "v1"):
        api.publicadas.publicar(un_reparto(activa), por="ana")
        answer = api.get("payments")
        assert (answer.headers["X-Report-Version"], answer.json_body.get("version", "v1")) == (activa, activa)
        for version in ("v1", "v2"):
            assert api.get(f"payments?version={version}").headers["X-Report-Version"] == version


def test_the_canary_is_for_some_affiliates(api: Api) -> None:
    """They are the same each time, in the report and its CSV; a report about all affiliates is in the active one."""
    api.publicadas.publicar(un_reparto("v1", "v2", 40), por="ana")
    served: dict[str, set[str]] = {}
    for id_afiliado in (f"afiliado-{number}" for number in range(30)):
        answers = [api.get(f"{path}?id_afiliado={id_afiliado}") for path in ("payments", "payments", "payments.csv")]
        served[id_afiliado] = {answer.headers["X-Report-Version"] for answer in answers}
    assert {frozenset(versions) for versions in served.values()} == {frozenset(["v1"]), frozenset(["v2"])}
    assert api.get("payments").headers["X-Report-Version"] == "v1"
    con = next(id_afiliado for id_afiliado, versions in served.items() if versions == {"v2"})
    assert api.get(f"payments?id_afiliado={con}&version=v1").headers["X-Report-Version"] == "v1"


@pytest.mark.parametrize(("fija", "otra"), [("v1", "v2"), ("v2", "v1")])
def test_a_port_may_serve_one_version_only(api: Api, fija: str, otra: str) -> None:
    """The active version does not matter, and a request for another version is refused."""
    api.publicadas.publicar(un_reparto(otra, fija, 0), por="ana")
    instancia, path = f"reports-{fija}", "/api/reports/payments"
    for query in ({}, {"version": fija}, {"id_afiliado": "ana"}):
        answer = api.por(instancia, path, **query)
        assert (answer["statusCode"], answer["headers"]["X-Report-Version"]) == (200, fija)
        assert answer["document"].get("version", "v1") == fija
    answer = api.por(instancia, path, version=otra)
    assert (answer["statusCode"], answer["document"]["codigo"]) == (422, "version-fija")
    assert fija in answer["document"]["detail"]
    assert api.get("payments").headers["X-Report-Version"] == otra, "the other ports are unaffected"


@pytest.mark.parametrize(("instancia", "version"), [("reports-v1", "v1"), ("reports-v2", "v2")])
def test_a_port_of_one_version_shows_its_health(api: Api, instancia: str, version: str) -> None:
    """No dependency is checked."""
    api.publicadas.caida = True
    answer = api.por(instancia, "/health")
    assert answer["statusCode"] == 200
    assert (answer["document"]["status"], answer["document"]["version"]) == ("healthy", version)
    assert api.publicadas.lecturas == 0


def test_without_parameter_store_reports_continue(api: Api) -> None:
    """They use the last version read; a request that names a version does not need the store."""
    api.publicadas.publicar(un_reparto("v2"), por="ana")
    assert api.get("payments").headers["X-Report-Version"] == "v2"
    api.publicadas.caida = True
    answer = api.get("payments")
    assert (answer.status_code, answer.headers["X-Report-Version"]) == (200, "v2")
    lecturas = api.publicadas.lecturas
    assert api.get("payments?version=v1").status_code == 200
    assert api.publicadas.lecturas == lecturas
