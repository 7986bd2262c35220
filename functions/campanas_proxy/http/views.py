"""The proxy's answers about itself, in the original system's format."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal

from campanas_proxy.instances.instance import Condition

if TYPE_CHECKING:
    from campanas_proxy.http import answers
    from campanas_proxy.instances.health import Picture

VERSION: Final = "1.0.0"


def status_view(picture: Picture) -> answers.EstadoDelProxy:
    """Return the answer to `GET /status`; an instance that is alive but cannot reach its database is `unready`."""
    counts, circuit = picture.counts, picture.circuit
    return {
        "proxy": {
            "status": _proxy_status(picture),
            "version": VERSION,
            "active_backend": picture.active,
            "timestamp": _now(),
        },
        "backends": {name: _backend(picture, name) for name in picture.conditions},
        "failover": {
            "enabled": True,
            "automatic": True,
            "total_failovers": counts.total_failovers,
            "last_failover": _time(counts.last_failover),
            "last_recovery": _time(counts.last_recovery),
            "shared": counts.is_known,  # False: these are the counts of this proxy alone
            "circuit": circuit.state.value,
            "open_since": _time(datetime.fromtimestamp(circuit.opened_at, UTC) if circuit.opened_at else None),
        },
    }


def proxy_health_view(picture: Picture) -> answers.SaludDelProxy:
    """Return the answer to `GET /health` of the proxy."""
    return {
        "status": _proxy_status(picture),
        "service": "campanas-proxy",
        "timestamp": _now(),
        "active_backend": picture.active,
        "backends": picture.conditions,
    }


def ready_view(picture: Picture) -> answers.DisponibilidadDelProxy:
    """Return the answer to `GET /ready` of the proxy, while at least one instance can serve."""
    all_can = all(condition is Condition.HEALTHY for condition in picture.conditions.values())
    return {
        "status": "ready" if all_can else "degraded",
        "service": "campanas-proxy",
        "timestamp": _now(),
        "backends": picture.conditions,
    }


def campaigns_health_view(picture: Picture) -> answers.SaludDeInstancias:
    """Return the answer to `GET /campaigns/health`."""
    backends: dict[str, answers.SaludDeInstancia] = {
        name: {
            "url": _url(name),
            "ok": condition is Condition.HEALTHY,
            "fail_count": picture.counts.instances[name].consecutive_failures,
        }
        for name, condition in picture.conditions.items()
    }
    return {"primary": backends["primary"], "replica": backends["replica"], "active_target": picture.active}


def _backend(picture: Picture, name: str) -> answers.Instancia:
    counts, condition = picture.counts.instances[name], picture.conditions[name]
    return {
        "url": _url(name),
        "alive": condition is not Condition.DEAD,
        "healthy": condition is Condition.HEALTHY,
        "status": condition,
        "consecutive_failures": counts.consecutive_failures,
        "failures": counts.failures,
        "last_failure": _time(counts.last_failure),
        "last_cause": counts.last_cause,
    }


def _url(name: str) -> str:
    """Return an instance's own path at the API, below which it has every route."""
    return f"/instances/{name}"


def _proxy_status(picture: Picture) -> Literal["healthy", "unhealthy"]:
    return "healthy" if picture.is_healthy else "unhealthy"


def _time(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _now() -> str:
    return datetime.now(UTC).isoformat()
