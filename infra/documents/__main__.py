"""`python -m documents` writes all documents; `make documents` runs it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final

from aero.platform.errors import AeroError
from aero.platform.paths import PROJECT
from documents.asyncapi.document import asyncapi_document
from documents.openapi.document import openapi_document
from documents.postman.collection import collection_text, postman_collection
from documents.yaml_file import yaml_text

# The files in docs/, and what makes each of them.
DOCUMENTS: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "asyncapi.yaml": asyncapi_document,
    "openapi.yaml": openapi_document,
}


COLLECTION: Final = "Aeropartners.postman_collection.json"


def main() -> int:
    """Run the command, and return its exit code."""
    try:
        _write()
    except AeroError as error:
        print("\n".join(filter(None, (error.message, error.cure))), file=sys.stderr)  # noqa: T201 - a command's output
        return error.exit_code
    return 0


def _write() -> None:
    """Write every document, and the collection that is made from one of them."""
    for name, make in DOCUMENTS.items():
        (PROJECT / "docs" / name).write_text(yaml_text(make()), encoding="utf-8")
        print(f"docs/{name}")  # noqa: T201 - the command's output
    collection = collection_text(postman_collection(openapi_document()))
    (PROJECT / COLLECTION).write_text(collection, encoding="utf-8")
    print(COLLECTION)  # noqa: T201 - the command's output


if __name__ == "__main__":
    sys.exit(main())
