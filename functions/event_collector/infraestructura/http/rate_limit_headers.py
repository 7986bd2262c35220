"""The headers that describe an affiliate's limit (draft-ietf-httpapi-ratelimit-headers-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from event_collector.dominio.cupo import VENTANA_SEGUNDOS

if TYPE_CHECKING:
    from event_collector.dominio.cupo import Cupo
    from event_collector.dominio.errores import LimiteExcedidoError


def rate_limit_headers(cupo: Cupo) -> dict[str, str]:
    """Return the policy, and the rest of this window unless the counts are unavailable."""
    headers = {"RateLimit-Policy": f'"afiliado";q={cupo.limite};w={VENTANA_SEGUNDOS}'}
    if cupo.restantes is not None:
        headers["RateLimit"] = f'"afiliado";r={cupo.restantes};t={cupo.reinicia_en_segundos}'
    return headers


def refusal_headers(error: LimiteExcedidoError) -> dict[str, str]:
    """Return the same headers and `Retry-After`."""
    return {"Retry-After": str(error.cupo.reinicia_en_segundos), **rate_limit_headers(error.cupo)}
