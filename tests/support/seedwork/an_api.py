"""An API whose views answer, or raise an error of each kind."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from seedwork.dominio.domain_error import DomainError
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.http.operation.parameters import uuid_parameter
from seedwork.infraestructura.http.rest_api import RestApi
from seedwork.infraestructura.idempotency.key import IDEMPOTENCY_KEY
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


class CuerpoOpcional(BaseModel):
    """A body with a default."""

    numero: int = 7


VALUE = uuid_parameter("value", "A UUID.", example="01a2172f-5b0c-7d3e-9f4a-2c6b8d0e1f35")

app = RestApi("pruebas", statuses={RaizError: HTTPStatus.CONFLICT}, prefixes=("/prefijo",))


@app.route("/error/{name}", methods=["GET"])
def get_error(name: str) -> None:
    """Raise the error."""
    raise ERRORS[name]


@app.route("/cuerpo", methods=["POST"], body=Cuerpo)
def post_cuerpo(cuerpo: Cuerpo) -> dict[str, int]:
    """Echo the body."""
    return {"numero": cuerpo.numero}


@app.route("/opcional", methods=["POST"], body=CuerpoOpcional, optional_body=True, max_bytes=20)
def post_opcional(cuerpo: CuerpoOpcional) -> dict[str, int]:
    """Echo the optional body."""
    return {"numero": cuerpo.numero}


@app.route("/consulta", methods=["GET"], query=Consulta)
def get_consulta(parametros: Consulta) -> dict[str, int]:
    """Echo the query."""
    return {"pagina": parametros.pagina}


@app.route("/cabecera", methods=["GET"], headers=(IDEMPOTENCY_KEY,))
def get_cabecera() -> dict[str, str | None]:
    """Echo the header."""
    return {"clave": app.given(IDEMPOTENCY_KEY)}


@app.route("/no-declarada", methods=["GET"])
def get_no_declarada() -> dict[str, str | None]:
    """Read a header that the route does not declare."""
    return {"clave": app.given(IDEMPOTENCY_KEY)}


@app.route("/camino", methods=["GET"])
def get_camino() -> dict[str, str]:
    """Return the request's prefix, and its sender."""
    return {"prefix": app.prefix, "ip": app.request_context["identity"]["sourceIp"]}


@app.route("/uuid/{value}", methods=["GET"], path_parameters=(VALUE,))
def get_uuid(value: UUID) -> dict[str, str]:
    """Echo the UUID."""
    return {"value": str(value)}


def call(event: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
    """Return the answer's status, headers and document."""
    answer = app(event, FakeContext())
    return answer["statusCode"], answer["headers"], json.loads(answer["body"])


def error(name: str) -> tuple[int, dict[str, str], Any]:
    """Return the answer of a view that raises the error."""
    return call(proxy_event("GET", f"/error/{name}", resource="/error/{name}", path_parameters={"name": name}))
