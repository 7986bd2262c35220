"""The sender of a request according to API Gateway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def token_subject(request_context: Mapping[str, Any]) -> str | None:
    """Return the subject of the token accepted by an authorizer, None without an authorizer.

    A Lambda authorizer provides `principalId`, a Cognito authorizer the token's claims:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
    """
    authorizer = request_context.get("authorizer") or {}
    subject = authorizer.get("principalId") or (authorizer.get("claims") or {}).get("sub")
    return str(subject) if subject else None
