"""`python -m documents` writes all documents; `make documents` runs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from aero.platform.paths import PROJECT
from documents.asyncapi.document import asyncapi_document
from documents.openapi.document import openapi_document
from documents.yaml_file import yaml_text

# The files in docs/, and what makes each of them.
DOCUMENTS: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "asyncapi.yaml": asyncapi_document,
    "openapi.yaml": openapi_document,
}


def main() -> None:
    """Write every document."""
    for name, make in DOCUMENTS.items():
        (PROJECT / "docs" / name).write_text(yaml_text(make()), encoding="utf-8")
        print(f"docs/{name}")  # noqa: T201 - the command's output


if __name__ == "__main__":
    main()
