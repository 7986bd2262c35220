"""The tour in `tour.yaml`: its folders, and in each its requests in the order in which they are sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from documents.yaml_file import read_yaml

TOUR: Final = Path(__file__).parent / "tour.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Part):
    """A request, and what is expected of its answer.

    A field is named by its path (`resultados.0.exito`). `before` gives variables a new value before the
    request, `saves` after it. With `until`, the request is repeated until a field has one of the values.
    """

    name: str
    method: Literal["GET", "POST", "PUT", "PATCH"] = "GET"
    to: str = Field(description="The variable of the service's URL.")
    path: str
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    example: str | None = Field(default=None, description="The body of an example in the document; `body` adds to it.")
    body: dict[str, Any] | None = None
    before: dict[str, str] = {}
    status: int = 200
    equal: dict[str, Any] = {}
    answer_headers: dict[str, str] = {}
    saves: dict[str, str] = {}
    until: dict[str, list[Any]] = {}

    @model_validator(mode="after")
    def _has_a_body_if_it_may(self) -> Self:
        if self.method == "GET" and (self.body is not None or self.example is not None):
            raise ValueError(f"{self.name}: a GET has no body")
        return self


class Folder(_Part):
    """A folder of the collection."""

    name: str
    description: str
    steps: list[Step] = Field(min_length=1)


class Tour(_Part):
    """The collection's texts, variables (with the port of each) and folders."""

    name: str
    description: str
    services: dict[str, str] = Field(description="The name of the port by variable.")
    folders: list[Folder]

    @classmethod
    def read(cls) -> Self:
        """Read the tour; raises ValidationError."""
        return cls.model_validate(read_yaml(TOUR.read_text(encoding="utf-8")))

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        names = [step.name for folder in self.folders for step in folder.steps]
        if len(set(names)) < len(names):
            raise ValueError("two requests have the same name, by which a request is repeated")
        return self
