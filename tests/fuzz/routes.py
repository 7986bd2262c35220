"""Lists every route of the template, on every local port that leads to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from aero.deploy.template.document import load_template
from aero.platform.ports import PortTable
from support.lambda_events import PROJECT

if TYPE_CHECKING:
    from seedwork.infraestructura.http.rest_api import RestApi

GREEDY: Final = "/{proxy+}"
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
# The proxy's handler has no routes of its own; it leads to those of these APIs.
_BEHIND: Final = {"campanas_proxy.api.handler": ("campanas.api.app", "campanas_proxy.status_api.app")}


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """A route: its path has parameters in braces, its port no offset."""

    port: int
    method: str
    path: str


@cache
def routes() -> list[Route]:
    """Return all routes, sorted, so that a seed always chooses the same."""
    return sorted({route for method, path in _of_the_template() for route in _on_ports(method, path)})


def _of_the_template() -> Iterator[tuple[str, str]]:
    resources = load_template(PROJECT / "infra/template.yaml")["Resources"]
    for function in resources.values():
        properties = function["Properties"] if function["Type"] == "AWS::Serverless::Function" else {}
        events = [event["Properties"] for event in properties.get("Events", {}).values() if event["Type"] == "Api"]
        for event in events:
            yield from _routes_of(properties["Handler"], event["Method"].upper(), event["Path"])


def _routes_of(handler: str, method: str, path: str) -> Iterator[tuple[str, str]]:
    base = path.removesuffix(GREEDY)
    if not path.endswith(GREEDY):
        yield from ((any_method, path) for any_method in (METHODS if method == "ANY" else (method,)))
        return
    yield from (("GET", base), ("GET", f"{base}/{{otra}}"))
    for app in map(_app, _BEHIND.get(handler, (handler,))):
        for own, methods in app.routes.items():
            for full in (prefix + own for prefix in ("", *app.prefixes)):
                if full.startswith(f"{base}/"):
                    yield from ((own_method, full) for own_method in methods)


def _app(name: str) -> RestApi:
    module, _, attribute = name.rpartition(".")
    app: RestApi = getattr(import_module(module), attribute)
    return app


def _on_ports(method: str, path: str) -> Iterator[Route]:
    for port in PortTable().local:
        for prefix, replacement in port.routes:
            base = replacement.rstrip("/")
            if path == replacement or path.startswith(f"{base}/"):
                yield Route(port.number, method, prefix.rstrip("/") + path[len(base) :] or "/")


# A valid document for each kind of route; other routes read no body.
DOCUMENTS: Final[dict[str, dict[str, Any]]] = {
    "pagos": {
        "id_afiliado": "afiliado-001", "monto": 100.50, "moneda": "COP", "referencia_pago": "{unico}",
        "id_campana": "{id_campana}",
    },
    "revertir": {"motivo": "Pedido devuelto"},
    "campaigns": {
        "nombre": "Verano", "presupuesto": {"monto": 1000, "moneda": "COP"}, "fecha_inicio": "2026-11-01",
        "fecha_fin": "2027-12-31T23:59:59-05:00", "id_afiliado": "afiliado-001", "tipo": "PROMOCIONAL",
        "descripcion": "De temporada",
    },
    "{id_campana}": {"nombre": "Invierno", "fecha_fin": "2028-01-01", "presupuesto": {"monto": 2000, "moneda": "COP"}},
    "budget": {"monto": 3000, "moneda": "COP"},
    "metrics": {"impresiones": 10, "clicks": 2, "conversiones": 1, "gasto_actual": 1.50},
    "events": {
        "tipo_evento": "CONVERSION", "id_afiliado": "afiliado-001", "id_campana": "{id_campana}", "id_oferta": "o",
        "url": "https://tienda.example/?utm_source=boletin", "parametros_tracking": {"utm_medium": "email"},
        "datos_custom": {"pedido": {"articulos": [1, "x", None]}}, "valor_conversion": 49.90, "moneda": "COP",
        "tipo_dispositivo": "MOBILE", "identificador_dispositivo": "d", "navegador": "n", "fuente_evento": "WEB_TAG",
        "resolucion_pantalla": "1x1", "id_evento_cliente": "{unico}", "id_sesion": "s", "referrer": "-",
        "hash_validacion": "h", "sistema_operativo": "x", "api_key": "k", "timestamp": None,
    },
    "batch": {"eventos": [{"tipo_evento": "CLICK", "id_afiliado": "afiliado-001"}]},
    "retry": {"forzar_reproceso": True},
    "version": {"active": "v1", "canary": {"version": "v2", "percent": 10}, "by": "prueba"},
}  # fmt: skip
PARAMETERS: Final = (
    "limit", "offset", "cursor", "estado", "id_afiliado", "fecha_desde", "fecha_hasta", "moneda", "version",
    "id_campana",
    "desde", "hasta", "tipo_evento", "limite", "ventana_minutos", "url", "valor_conversion", "id_evento_cliente",
    "otro",
)  # fmt: skip


def document_of(route: Route) -> dict[str, Any] | None:
    """Return a valid document for a route, or None if it reads no body."""
    return DOCUMENTS.get(route.path.rstrip("/").rpartition("/")[2])
