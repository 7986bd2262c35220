"""What an answer tells of its affiliate's limit (draft-ietf-httpapi-ratelimit-headers-10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from event_collector.dominio.cupo import VENTANA_SEGUNDOS

if TYPE_CHECKING:
    from event_collector.dominio.cupo import Cupo
    from event_collector.dominio.errores import LimiteExcedidoError


def rate_limit_headers(cupo: Cupo) -> dict[str, str]:
    """The policy, and what is left of this window unless nobody counts."""
    headers = {"RateLimit-Policy": f'"afiliado";q={cupo.limite};w={VENTANA_SEGUNDOS}'}
    if cupo.restantes is not None:
        headers["RateLimit"] = f'"afiliado";r={cupo.restantes};t={cupo.reinicia_en_segundos}'
    return headers


def refusal_headers(error: LimiteExcedidoError) -> dict[str, str]:
    """And when to come again."""
    return {"Retry-After": str(error.cupo.reinicia_en_segundos), **rate_limit_headers(error.cupo)}
