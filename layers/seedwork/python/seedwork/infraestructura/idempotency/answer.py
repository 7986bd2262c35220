"""The answer of an idempotent operation, apart from what makes it so: that needs boto3, which takes long to import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotentAnswer:
    """The JSON text of an answer, and whether an earlier request with the same key produced it.

    `headers` go with this answer alone; a repetition is answered without them.
    """

    body: str
    replayed: bool
    headers: Mapping[str, str] = field(default_factory=dict)
