"""The documents that the proxy answers with about itself, in the original system's format."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from campanas_proxy.instances.instance import Condition
from seedwork.infraestructura.http.operation.answer_types import Conteo, Instante

Nombre = Annotated[str, Field(examples=["primary"])]
Ruta = Annotated[str, Field(description="The instance's own path at the API.", examples=["/instances/primary"])]
Condiciones = Annotated[dict[str, Condition], Field(examples=[{"primary": "healthy", "replica": "healthy"}])]


class Proxy(TypedDict):
    """The proxy itself."""

    status: Literal["healthy", "unhealthy"]
    version: Annotated[str, Field(examples=["1.0.0"])]
    active_backend: Nombre
    timestamp: Instante


class Instancia(TypedDict):
    """One instance, and its failures."""

    url: Ruta
    alive: bool
    healthy: bool
    status: Condition
    consecutive_failures: Annotated[int, Field(ge=0, examples=[0])]
    failures: Conteo
    last_failure: Instante | None
    last_cause: Annotated[str | None, Field(examples=["Task timed out after 2.00 seconds"])]


class Conmutacion(TypedDict):
    """The failover, and the state of the circuit to the primary."""

    enabled: bool
    automatic: bool
    total_failovers: Conteo
    last_failover: Instante | None
    last_recovery: Instante | None
    shared: Annotated[bool, Field(description="False: these are the counts of this proxy alone.")]
    circuit: Annotated[str, Field(examples=["closed"])]
    open_since: Instante | None


class EstadoDelProxy(TypedDict):
    """The serving instance, the condition of both, and the count of failovers."""

    proxy: Proxy
    backends: Annotated[dict[str, Instancia], Field(description="The instances by name.")]
    failover: Conmutacion


class SaludDelProxy(TypedDict):
    """The proxy's health, and the condition of both instances."""

    status: Literal["healthy", "unhealthy"]
    service: Annotated[str, Field(examples=["campanas-proxy"])]
    timestamp: Instante
    active_backend: Nombre
    backends: Condiciones


class DisponibilidadDelProxy(TypedDict):
    """At least one instance can serve; it is degraded if only one can."""

    status: Literal["ready", "degraded"]
    service: Annotated[str, Field(examples=["campanas-proxy"])]
    timestamp: Instante
    backends: Condiciones


class SaludDeInstancia(TypedDict):
    """The health of one instance."""

    url: Ruta
    ok: bool
    fail_count: Annotated[int, Field(ge=0, examples=[0])]


class SaludDeInstancias(TypedDict):
    """The health of both instances."""

    primary: SaludDeInstancia
    replica: SaludDeInstancia
    active_target: Nombre
