"""The headers of requests that bring events, and of their answers."""

from __future__ import annotations

from typing import Final

from seedwork.infraestructura.http.operation.parameters import RequestHeader, ResponseHeader

API_KEY: Final = RequestHeader(
    name="X-Api-Key",
    read=str,
    description="The API key of an API_DIRECT sender, if not in `api_key`.",
    example="ak_ejemplo",
)
SESSION: Final = RequestHeader(
    name="X-Session-Id", read=str, description="The visitor's session, if not in `id_sesion`.", example="sesion-7"
)
WEBHOOK_ID: Final = RequestHeader(
    name="webhook-id",
    read=str,
    description="The id of a WEBHOOK's message (Standard Webhooks); the same when it is sent again.",
    example="msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
)
WEBHOOK_TIMESTAMP: Final = RequestHeader(
    name="webhook-timestamp", read=str, description="When the WEBHOOK was signed, in seconds.", example="1790000000"
)
WEBHOOK_SIGNATURE: Final = RequestHeader(
    name="webhook-signature",
    read=str,
    description="The signature of a WEBHOOK.",
    example="v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
)
POLICY: Final = ResponseHeader(
    name="RateLimit-Policy",
    description="The affiliate's limit, `q` events in a window of `w` seconds. A repetition has none.",
    example='"afiliado";q=6000;w=60',
)
RATE_LIMIT: Final = ResponseHeader(
    name="RateLimit",
    description="The rest `r` of this window, and the seconds `t` until the next one.",
    example='"afiliado";r=5999;t=42',
)
