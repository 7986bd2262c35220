"""The answer of an idempotent operation, in a module of its own: `operation.py` imports boto3, which takes long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from seedwork.infraestructura.http.problem_details import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotentAnswer:
    """The JSON text of an answer, and whether an earlier request with the same key produced it.

    `headers` belong to this answer alone; repetitions are answered without them.
    """

    body: str
    replayed: bool
    headers: Mapping[str, str] = field(default_factory=dict)


IN_PROGRESS: Final = Problem(
    status=HTTPStatus.CONFLICT,
    codigo="solicitud-en-curso",
    detail="La misma solicitud está en curso; repítala en un momento.",
    headers={"Retry-After": "1"},
)
