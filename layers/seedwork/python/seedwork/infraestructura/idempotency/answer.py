"""The answer of an idempotent operation, apart from what makes it so: that needs boto3, which takes long to import."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotentAnswer:
    """The JSON text of an answer, and whether an earlier request with the same key produced it."""

    body: str
    replayed: bool
