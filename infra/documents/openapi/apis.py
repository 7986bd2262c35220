"""The operations of the platform: the application behind each API event of the template, and its routes' paths."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aero.deploy.template.document import load_template
from campanas.api import app as campanas
from campanas_proxy.status_api import app as campanas_proxy

if TYPE_CHECKING:
    from chalice.app import RouteEntry

    from seedwork.infraestructura.http.operation.declaration import Declaration
    from seedwork.infraestructura.http.rest_api import RestApi

GREEDY: Final = "/{proxy+}"
PROXY: Final = "campanas_proxy.api.handler"
# The proxy answers these paths itself, and forwards all others to an instance of the campaigns API.
PROXYS_OWN: Final = "/instances/proxy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of a route, and the paths at which API Gateway has it."""

    context: str
    method: str
    route: str
    content_types: tuple[str, ...]
    view: Callable[..., Any]
    declaration: Declaration
    app: RestApi
    prefixes: tuple[str, ...]
    """The prefixes of the route's paths; the first is empty if the API's root has the route."""

    @property
    def is_at_root(self) -> bool:
        """Whether API Gateway has the route without a prefix."""
        return "" in self.prefixes

    @property
    def id(self) -> str:
        """The name of the context and of the view."""
        return f"{self.context}_{self.view.__name__}"


def operations(template: Path) -> list[Operation]:
    """Return all operations of the APIs, in the order of the template and of the code."""
    found: dict[tuple[RestApi, str, str], set[str]] = {}
    for app, method, route, prefix in _mounted(template):
        found.setdefault((app, method, route), set()).add(prefix)
    return [_operation(app, method, route, prefixes) for (app, method, route), prefixes in found.items()]


def _operation(app: RestApi, method: str, route: str, prefixes: set[str]) -> Operation:
    entry = app.routes[route][method]
    view = view_of(entry)
    return Operation(
        context=view.__module__.partition(".")[0],
        method=method.lower(),
        route=route,
        content_types=tuple(entry.content_types),
        view=view,
        declaration=app.declarations[method, route],
        app=app,
        prefixes=tuple(sorted(prefixes)),
    )


def view_of(entry: RouteEntry) -> Callable[..., Any]:
    """Return the view of a route, as its module has it."""
    view: Callable[..., Any] = inspect.unwrap(entry.view_function)
    return view


def _mounted(template: Path) -> Iterator[tuple[RestApi, str, str, str]]:
    """Yield each route of each event: its application, method, route and prefix."""
    for resource in load_template(template)["Resources"].values():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        for event in resource["Properties"].get("Events", {}).values():
            if event["Type"] == "Api":
                yield from _routes(resource["Properties"]["Handler"], event["Properties"])


def _routes(handler: str, event: Mapping[str, str]) -> Iterator[tuple[RestApi, str, str, str]]:
    path = event["Path"]
    if handler == PROXY:
        yield from _routes_of_proxy(path)
        return
    module, _, name = handler.rpartition(".")
    app: RestApi = getattr(import_module(module), name)
    if not path.endswith(GREEDY):
        yield app, event["Method"].upper(), path, ""
        return
    prefix = path.removesuffix(GREEDY)
    for route, methods in app.routes.items():
        for method in methods:
            yield app, method, route, prefix


def _routes_of_proxy(path: str) -> Iterator[tuple[RestApi, str, str, str]]:
    prefix = _prefix_of_proxy(path)
    own = {(method, route) for route, methods in campanas_proxy.routes.items() for method in methods}
    for method, route in sorted(own):
        if _leads_to(path, f"{prefix}{route}"):
            yield campanas_proxy, method, route, prefix
    if prefix == PROXYS_OWN:
        return
    for route, methods in campanas.routes.items():
        for method in methods:
            if _leads_to(path, f"{prefix}{route}") and (method, route) not in own:
                yield campanas, method, route, prefix


def _prefix_of_proxy(path: str) -> str:
    return next((prefix for prefix in campanas_proxy.prefixes if path.startswith(f"{prefix}/")), "")


def _leads_to(path: str, asked: str) -> bool:
    return asked == path or (path.endswith(GREEDY) and asked.startswith(path.removesuffix("{proxy+}")))
