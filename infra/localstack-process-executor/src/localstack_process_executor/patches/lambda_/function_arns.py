"""Caches the ARNs of functions."""

from functools import lru_cache

from localstack.services.lambda_.invocation.lambda_models import VersionIdentifier


def patch() -> None:
    """LocalStack builds the ARNs of all functions anew for each invocation, to count the invocations in progress."""
    for name in ("qualified_arn", "unqualified_arn"):
        setattr(VersionIdentifier, name, lru_cache(maxsize=1024)(getattr(VersionIdentifier, name)))
