"""The SAM template agrees with the code, and gives no function more than it needs."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from aero.deploy.template.document import load_template
from support.lambda_events import PROJECT

if TYPE_CHECKING:
    from seedwork.infraestructura.http.rest_api import RestApi


@cache
def resources() -> dict[str, Any]:
    """The template's resources by logical id."""
    return dict(load_template(PROJECT / "infra/template.yaml")["Resources"])


def of_type(kind: str) -> dict[str, Any]:
    """Return the properties of the resources of one type."""
    return {name: resource["Properties"] for name, resource in resources().items() if resource["Type"] == kind}


NO_VALUE = {"Ref": "AWS::NoValue"}
FUNCTIONS = of_type("AWS::Serverless::Function")
APIS = {name: function for name, function in FUNCTIONS.items() if function["Handler"].endswith(".app")}


@pytest.mark.parametrize("name", APIS)
def test_every_route_has_its_event_and_the_reverse(name: str) -> None:
    """A route without an event cannot be reached; an event without a route answers an error.

    A greedy event stands for all routes below a prefix. Beside other events, only `/health`, `/ready` and `/welcome`
    may lack one, because several functions have these routes.
    """
    app = _app(name)
    routes = {(method.lower(), path) for path, methods in app.routes.items() for method in methods}
    events = _api_events(name)
    greedy = {(method, path) for method, path in events if path.endswith("/{proxy+}")}
    own = events - greedy
    assert own <= routes
    if own:
        assert routes - own <= ({("get", path) for path in ("/health", "/ready", "/welcome")} if greedy else set())
    for method, path in greedy:
        assert method == "any"
        assert path.removesuffix("/{proxy+}") in app.prefixes
    assert not own or {path.removesuffix("/{proxy+}") for _, path in greedy} == set(app.prefixes)


def _api_events(name: str) -> set[tuple[str, str]]:
    return {
        (event["Properties"]["Method"], event["Properties"]["Path"])
        for event in FUNCTIONS[name]["Events"].values()
        if event["Type"] == "Api"
    }


def _app(name: str) -> RestApi:
    module, _, attribute = APIS[name]["Handler"].rpartition(".")
    app: RestApi = getattr(import_module(module), attribute)
    return app


def test_every_route_of_the_proxy_can_be_reached() -> None:
    """These are its own routes, and everything of the campaigns API under both of its names."""
    events = _api_events("CampanasProxy")
    forwarded = {("any", f"{name}{more}") for name in ("/campaigns", "/api/campaigns") for more in ("", "/{proxy+}")}
    assert events == forwarded | {("any", "/instances/proxy/{proxy+}"), ("get", "/status")}


def test_both_instances_are_the_same_but_for_their_names() -> None:
    """Both instances have the same settings."""

    def of(instance: str) -> str:
        name = {"CampanasPrimaria": "primaria", "CampanasReplica": "replica"}[instance]
        side = {"CampanasPrimaria": "primary", "CampanasReplica": "replica"}[instance]
        properties = FUNCTIONS[instance] | {"Description": ""}
        return json.dumps(properties).replace(f"campanas-{name}", "").replace(f"/instances/{side}/", "")

    assert of("CampanasPrimaria") == of("CampanasReplica")


def test_every_function_may_measure() -> None:
    """Powertools refuses a metric without a namespace, which would hide the error that the metric is about."""
    variables = load_template(PROJECT / "infra/template.yaml")["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == {"Fn::Sub": "aeropartners-${Stage}"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_handler_exists(name: str) -> None:
    """Every handler that the template names can be imported and called."""
    module, _, attribute = FUNCTIONS[name]["Handler"].rpartition(".")
    assert callable(getattr(import_module(module), attribute))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_may_do_only_what_is_named(name: str) -> None:
    """There is no wildcard action and no wildcard resource."""
    for statement in _statements(name):
        for variant in (v for v in statement.get("Fn::If", [statement]) if isinstance(v, dict) and v != NO_VALUE):
            assert "*" not in json.dumps(variant["Action"])
            assert not re.search(r'"\*"|:\*"', json.dumps(variant["Resource"]))


def _statements(name: str) -> list[dict[str, Any]]:
    return [statement for policy in FUNCTIONS[name]["Policies"] for statement in policy["Statement"]]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_brokers_secret_is_for_the_connector_alone(name: str) -> None:
    """The variable for the secret and the permission to read it come together."""
    permissions = [statement["Fn::If"] for statement in _statements(name) if "Fn::If" in statement]
    if not FUNCTIONS[name]["Handler"].startswith("pulsar_connector."):
        assert "PULSAR_SECRET" not in FUNCTIONS[name]["Environment"]["Variables"]
        assert not permissions
        return
    variable = FUNCTIONS[name]["Environment"]["Variables"]["PULSAR_SECRET"]["Fn::If"]
    assert variable == ["WithPulsarSecret", {"Ref": "PulsarSecret"}, NO_VALUE]
    [(condition, statement, otherwise)] = permissions
    assert (condition, otherwise) == ("WithPulsarSecret", NO_VALUE)
    assert statement["Action"] == "secretsmanager:GetSecretValue"
    assert statement["Resource"]["Fn::Sub"].endswith(":secret:${PulsarSecret}-??????")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_logs_of_functions_have_a_retention(name: str) -> None:
    """Each function has its log group with a retention."""
    function_name = FUNCTIONS[name]["FunctionName"]["Fn::Sub"]
    groups = [group["LogGroupName"]["Fn::Sub"] for group in of_type("AWS::Logs::LogGroup").values()]
    assert f"/aws/lambda/{function_name}" in groups


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_functions_package_holds_its_own_context_only(name: str, tmp_path: Path) -> None:
    """No package contains another context."""
    subprocess.run(
        ["make", f"build-{name}", f"ARTIFACTS_DIR={tmp_path}"],
        cwd=PROJECT / "functions",
        check=True,
        capture_output=True,
    )
    context = FUNCTIONS[name]["Handler"].split(".")[0]
    assert [entry.name for entry in tmp_path.iterdir()] == [context]


def _pinned(text: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+==[\w.]+)", text, re.MULTILINE))


@pytest.mark.parametrize("layer", ["dependencies", "pulsar"])
def test_tests_run_on_the_versions_that_the_layers_carry(layer: str) -> None:
    """The development environment pins the layer's versions, and the layer's lock is up to date."""
    wanted = _pinned((PROJECT / f"layers/{layer}/requirements.txt").read_text())
    assert wanted == _pinned((PROJECT / f"layers/{layer}/requirements.lock").read_text())
    assert wanted <= _pinned((PROJECT / "requirements.lock").read_text())


def test_the_function_packages_are_declared_for_development() -> None:
    """The extra `functions` has only packages that a layer carries."""
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["functions"]
    layers = [(PROJECT / f"layers/{layer}/requirements.txt").read_text() for layer in ("dependencies", "pulsar")]
    carried = {pin for layer in layers for pin in _pinned(layer)}
    assert set(extras) <= carried


@pytest.mark.parametrize("context", ["campanas", "event_collector", "pagos"])
def test_every_event_of_a_context_has_a_route(context: str) -> None:
    """An unknown type would stop the outbox; null keeps a type inside of the context."""
    routes = json.loads(of_type("AWS::SSM::Parameter")[f"{context.title().replace('_', '')}Outbox"]["Value"])["routes"]
    topics = import_module(f"{context}.infraestructura.events.codec").TOPICS
    contracts = {path.name.removesuffix(".schema.json") for path in (PROJECT / "events/contracts" / context).iterdir()}
    assert routes == {getattr(type_, "__name__", type_): topic for type_, topic in topics.items()}
    assert set(routes) == contracts


def test_no_lock_names_a_registry() -> None:
    """An address in a lock file fails behind a mirror."""
    for lock in PROJECT.glob("**/*.lock"):
        if not {".venv", ".aero"} & set(lock.relative_to(PROJECT).parts):
            assert "://" not in lock.read_text(), lock
