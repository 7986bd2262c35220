"""What the proxy tells of itself, in the words of the original system."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from campanas_proxy.health import Picture

VERSION: Final = "1.0.0"


def status_view(picture: Picture) -> dict[str, Any]:
    """`GET /status`."""
    counts, circuit = picture.counts, picture.circuit
    return {
        "proxy": {
            "status": _proxy_status(picture),
            "version": VERSION,
            "active_backend": picture.active,
            "timestamp": _now(),
        },
        "backends": {name: _backend(picture, name) for name in picture.healthy},
        "failover": {
            "enabled": True,
            "automatic": True,
            "total_failovers": counts.total_failovers,
            "last_failover": _time(counts.last_failover),
            "last_recovery": _time(counts.last_recovery),
            "shared": counts.is_known,  # else this is what one proxy knows by itself
            "circuit": circuit.state.value,
            "open_since": _time(datetime.fromtimestamp(circuit.opened_at, UTC) if circuit.opened_at else None),
        },
    }


def proxy_health_view(picture: Picture) -> dict[str, Any]:
    """`GET /health` of the proxy."""
    return {
        "status": _proxy_status(picture),
        "service": "campanas-proxy",
        "timestamp": _now(),
        "active_backend": picture.active,
        "backends": {name: _word(is_healthy=is_healthy) for name, is_healthy in picture.healthy.items()},
    }


def campaigns_health_view(picture: Picture) -> dict[str, Any]:
    """`GET /campaigns/health`."""
    backends = {
        name: {"url": _url(name), "ok": is_healthy, "fail_count": picture.counts.instances[name].consecutive_failures}
        for name, is_healthy in picture.healthy.items()
    }
    return {**backends, "active_target": picture.active}


def _backend(picture: Picture, name: str) -> dict[str, Any]:
    counts = picture.counts.instances[name]
    return {
        "url": _url(name),
        "healthy": picture.healthy[name],
        "status": _word(is_healthy=picture.healthy[name]),
        "consecutive_failures": counts.consecutive_failures,
        "failures": counts.failures,
        "last_failure": _time(counts.last_failure),
        "last_cause": counts.last_cause,
    }


def _url(name: str) -> str:
    """Its own path at the API, below which it has every route."""
    return f"/instances/{name}"


def _proxy_status(picture: Picture) -> str:
    return _word(is_healthy=any(picture.healthy.values()))


def _word(*, is_healthy: bool) -> str:
    return "healthy" if is_healthy else "unhealthy"


def _time(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _now() -> str:
    return datetime.now(UTC).isoformat()
