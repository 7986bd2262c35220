"""Every route is fuzzed."""

from __future__ import annotations

from aero.deploy.template.document import load_template
from aero.platform.ports import PortTable
from fuzz.routes import GREEDY, routes
from support.lambda_events import PROJECT


def test_every_route_of_the_template_is_fuzzed() -> None:
    """The API's port has all routes; a greedy one stands for all routes of its API and an unknown one."""
    everything = next(port.number for port in PortTable().local if port.name == "api")
    tried = {(route.method, route.path) for route in routes() if route.port == everything}
    for resource in load_template(PROJECT / "infra/template.yaml")["Resources"].values():
        for event in resource["Properties"].get("Events", {}).values():
            if event["Type"] != "Api":
                continue
            method, path = event["Properties"]["Method"].upper(), event["Properties"]["Path"]
            if path.endswith(GREEDY):
                base = path.removesuffix(GREEDY)
                assert ("GET", f"{base}/{{otra}}") in tried
                assert sum(other.startswith(f"{base}/") for _, other in tried) > 1
            else:
                assert (method.replace("ANY", "PATCH"), path) in tried


def test_every_port_is_fuzzed() -> None:
    """The routes have each port's root."""
    roots = {route.port for route in routes() if (route.method, route.path) == ("GET", "/")}
    assert roots == {port.number for port in PortTable().local}
