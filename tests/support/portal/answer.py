"""A function's answer to API Gateway."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, headers and text."""

    status: int
    headers: Mapping[str, str]
    text: str

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """Read the object that the function returned."""
        return cls(status=answer["statusCode"], headers=answer["headers"], text=answer["body"])

    @property
    def document(self) -> Any:
        """The JSON document."""
        return json.loads(self.text)
