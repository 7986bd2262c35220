"""What a consumer relies on cannot go without the check's failure, and additions pass."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from documents.compatibility.__main__ import _check
from documents.compatibility.check import compare
from support.documents.a_project import CHANGELOG, a_project, edit

if TYPE_CHECKING:
    from documents.compatibility.baseline import Baseline

OPENAPI = "docs/openapi.yaml"
ASYNCAPI = "docs/asyncapi.yaml"
EXITOSO = "events/contracts/pagos/PagoExitoso.schema.json"
ENVELOPE = "events/contracts/envelope.schema.json"
Edit = Callable[[Any], object]


def answer(document: Any) -> Any:
    """The schema of the small API's answer."""
    return document["components"]["schemas"]["Pago"]


def post(document: Any) -> Any:
    """The small API's POST."""
    return document["paths"]["/pagos"]["post"]


def body(document: Any) -> Any:
    """The schema of its body."""
    return post(document)["requestBody"]["content"]["application/json"]["schema"]


def without_field(schema: Any, name: str) -> None:
    """Remove a field, whether it is required or not."""
    del schema["properties"][name]
    schema["required"] = [other for other in schema["required"] if other != name]


BREAKING: dict[str, tuple[str, Edit]] = {
    "a removed operation": (OPENAPI, lambda d: d["paths"]["/pagos"].pop("get")),
    "a removed path": (OPENAPI, lambda d: d["paths"].pop("/pagos")),
    "a removed required field of an answer": (OPENAPI, lambda d: without_field(answer(d), "id_pago")),
    "a removed optional field of an answer": (OPENAPI, lambda d: without_field(answer(d), "mensaje")),
    "a removed value of an answer": (OPENAPI, lambda d: answer(d)["properties"]["estado"]["enum"].remove("EXITOSO")),
    "another type in an answer": (OPENAPI, lambda d: answer(d)["properties"]["mensaje"].update(type="number")),
    "a removed header of an answer": (OPENAPI, lambda d: post(d)["responses"]["200"]["headers"].clear()),
    "a removed answer": (OPENAPI, lambda d: post(d)["responses"].update({"201": post(d)["responses"].pop("200")})),
    "a new required field of a body": (
        OPENAPI,
        lambda d: (
            body(d)["properties"].update(id_afiliado={"type": "string"}),
            body(d)["required"].append("id_afiliado"),
        ),
    ),
    "a removed field of a body": (OPENAPI, lambda d: without_field(body(d), "nota")),
    "a field of a body that is required now": (OPENAPI, lambda d: body(d)["required"].append("moneda")),
    "a narrowed type in a body": (OPENAPI, lambda d: body(d)["properties"]["nota"].update(type="string")),
    "a narrowed enumeration in a body": (OPENAPI, lambda d: body(d)["properties"]["moneda"]["enum"].remove("USD")),
    "a narrowed enumeration in a query": (
        OPENAPI,
        lambda d: post(d)["parameters"][0]["schema"]["enum"].remove("corto"),
    ),
    "a removed parameter": (OPENAPI, lambda d: post(d)["parameters"].clear()),
    "a new required parameter": (
        OPENAPI,
        lambda d: post(d)["parameters"].append(
            {"name": "zona", "in": "query", "required": True, "schema": {"type": "string"}}
        ),
    ),
    "a removed event type": (
        ASYNCAPI,
        lambda d: d["channels"]["payments.evt.failed"]["messages"].pop("ComisionNoPagada"),
    ),
    "a removed topic": (ASYNCAPI, lambda d: d["channels"].pop("payments.evt.reversed")),
    "a topic in another namespace": (
        ASYNCAPI,
        lambda d: d["channels"]["payments.evt.failed"]["bindings"]["pulsar"].update(namespace="otro"),
    ),
    "a removed field of a message": (
        ASYNCAPI,
        lambda d: without_field(d["components"]["schemas"]["PagoExitoso"], "monto"),
    ),
    "a removed property of messages": (
        ASYNCAPI,
        lambda d: without_field(d["components"]["schemas"]["EventProperties"], "type"),
    ),
    "a removed field of a contract": (EXITOSO, lambda d: without_field(d, "origen")),
    "a field of a contract that stored events lack": (
        EXITOSO,
        lambda d: (d["properties"].update(comision={"type": "number"}), d["required"].append("comision")),
    ),
    "a narrowed enumeration in a contract": (EXITOSO, lambda d: d["properties"]["moneda"]["enum"].remove("EUR")),
    "a narrowed type in a contract": (EXITOSO, lambda d: d["properties"]["id_campana"].update(type="string")),
    "a shorter text in a contract": (EXITOSO, lambda d: d["properties"]["id_afiliado"].update(maxLength=10)),
    "a removed attribute of the envelope": (ENVELOPE, lambda d: without_field(d, "sequence")),
}

ADDITIVE: dict[str, tuple[str, Edit]] = {
    "a new operation": (OPENAPI, lambda d: d["paths"].update({"/otros": {"get": d["paths"]["/pagos"]["get"]}})),
    "a new optional field of an answer": (OPENAPI, lambda d: answer(d)["properties"].update(nota={"type": "string"})),
    "a new optional field of a body": (OPENAPI, lambda d: body(d)["properties"].update(campana={"type": "string"})),
    "a new value in a body": (OPENAPI, lambda d: body(d)["properties"]["moneda"]["enum"].append("EUR")),
    "a new optional parameter": (
        OPENAPI,
        lambda d: post(d)["parameters"].append({"name": "zona", "in": "query", "schema": {"type": "string"}}),
    ),
    "a new topic": (
        ASYNCAPI,
        lambda d: d["channels"].update(otro=d["channels"]["payments.evt.failed"] | {"address": "o"}),
    ),
    "a new event type on a topic": (
        ASYNCAPI,
        lambda d: d["channels"]["payments.evt.failed"]["messages"].update(
            PagoExitoso={"$ref": "#/components/messages/PagoExitoso"}
        ),
    ),
    "a new optional field of a contract": (EXITOSO, lambda d: d["properties"].update(comision={"type": "number"})),
}


@pytest.fixture
def baseline(tmp_path: Path) -> Baseline:
    """The renewed baseline of a small project."""
    return a_project(tmp_path)


def test_the_same_is_compatible(baseline: Baseline, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is listed."""
    assert compare(baseline) == {"openapi.yaml": [], "asyncapi.yaml": [], "contracts.yaml": []}
    assert _check(baseline) == 0
    assert "openapi.yaml: 0 breaking changes, 0 others" in capsys.readouterr().out


@pytest.mark.parametrize("change", BREAKING)
def test_a_breaking_change_fails(change: str, baseline: Baseline, capsys: pytest.CaptureFixture[str]) -> None:
    """It passes once the baseline was renewed with a line of the changelog."""
    file, how = BREAKING[change]
    edit(baseline.project / file, how)
    assert _check(baseline) == 1
    assert "BREAKING " in capsys.readouterr().out
    (baseline.project / "CHANGELOG.md").write_text(CHANGELOG + f"- There was {change}.\n")
    baseline.renew()
    assert _check(baseline) == 0


@pytest.mark.parametrize("change", ADDITIVE)
def test_an_addition_passes_and_is_listed(change: str, baseline: Baseline, capsys: pytest.CaptureFixture[str]) -> None:
    """The baseline may stay as it is."""
    file, how = ADDITIVE[change]
    edit(baseline.project / file, how)
    assert _check(baseline) == 0
    assert "BREAKING " not in (listed := capsys.readouterr().out)
    assert len(listed.splitlines()) > len(compare(baseline))


def test_a_document_that_is_gone_fails(baseline: Baseline) -> None:
    """Everything in it is gone."""
    (baseline.project / OPENAPI).unlink()
    assert _check(baseline) == 1
