"""An API whose views answer, or raise an error of each kind."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import BaseModel, Field

from seedwork.dominio.domain_error import DomainError
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.http.path_uuid import path_uuid
from seedwork.infraestructura.http.rest_api import RestApi
from support.lambda_events import FakeContext, proxy_event


class RaizError(DomainError):
    """A mapped error."""

    codigo = "raiz"


class HojaError(RaizError):
    """An error mapped through its base class."""

    codigo = "hoja"


class SueltoError(DomainError):
    """An unmapped error."""


class Cuerpo(BaseModel):
    """A body."""

    numero: int


class ConstructorError(Exception):
    """An error whose text must not leave the function."""


ERRORS: dict[str, Exception] = {
    "raiz": RaizError("la raíz"),
    "hoja": HojaError("la hoja"),
    "suelto": SueltoError("nadie lo espera"),
    "caido": DependencyUnavailableError("postgresql"),
    "roto": ConstructorError("select * from secretos"),
}


class Consulta(BaseModel):
    """A query."""

    pagina: Annotated[int, Field(ge=1)] = 1


app = RestApi("pruebas", statuses={RaizError: HTTPStatus.CONFLICT}, prefixes=("/prefijo",))


@app.route("/error/{name}", methods=["GET"])
def get_error(name: str) -> None:
    """Raise the error."""
    raise ERRORS[name]


@app.route("/cuerpo", methods=["POST"])
def post_cuerpo() -> dict[str, int]:
    """Echo the body."""
    return {"numero": app.body(Cuerpo).numero}


@app.route("/consulta", methods=["GET"])
def get_consulta() -> dict[str, int]:
    """Echo the query."""
    return {"pagina": app.query(Consulta).pagina}


@app.route("/camino", methods=["GET"])
def get_camino() -> dict[str, str]:
    """Return the request's prefix, and its sender."""
    return {"prefix": app.prefix, "ip": app.request_context["identity"]["sourceIp"]}


@app.route("/uuid/{value}", methods=["GET"])
def get_uuid(value: str) -> dict[str, str]:
    """Echo the UUID."""
    return {"value": str(path_uuid(value, name="value"))}


def call(event: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
    """Return the answer's status, headers and document."""
    answer = app(event, FakeContext())
    return answer["statusCode"], answer["headers"], json.loads(answer["body"])


def error(name: str) -> tuple[int, dict[str, str], Any]:
    """Return the answer of a view that raises the error."""
    return call(proxy_event("GET", f"/error/{name}", resource="/error/{name}", path_parameters={"name": name}))
