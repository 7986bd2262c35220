"""The answer of an idempotent operation, in a module of its own: `operation.py` imports boto3, which takes long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotentAnswer:
    """The JSON text of an answer, and whether an earlier request with the same key produced it.

    `headers` belong to this answer alone; repetitions are answered without them.
    """

    body: str
    replayed: bool
    headers: Mapping[str, str] = field(default_factory=dict)
