"""Who sends a request, as API Gateway tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def token_subject(request_context: Mapping[str, Any]) -> str | None:
    """The subject of the token that an authorizer has accepted, None where there is no authorizer.

    A Lambda authorizer gives `principalId`, one of Cognito the token's claims:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
    """
    authorizer = request_context.get("authorizer") or {}
    subject = authorizer.get("principalId") or (authorizer.get("claims") or {}).get("sub")
    return str(subject) if subject else None
