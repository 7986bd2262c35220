"""The committed API documents, as the JSON that the function `portal` serves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from aero.platform.errors import AeroError

if TYPE_CHECKING:
    from aero.platform.paths import Paths

NAMES: Final = ("openapi", "asyncapi")


def sources(paths: Paths) -> list[Path]:
    """Return the documents that exist."""
    return [file for name in NAMES if (file := paths.project / "docs" / f"{name}.yaml").exists()]


def write_documents(files: list[Path], folder: Path) -> None:
    """Write each document as JSON into the folder. Raises AeroError for one that is not YAML of JSON's types."""
    for file in files:
        try:
            document = json.dumps(yaml.safe_load(file.read_bytes()), ensure_ascii=False, separators=(",", ":"))
        except (yaml.YAMLError, TypeError) as error:
            raise AeroError(f"docs/{file.name} cannot be read: {error}", cure="Correct it and try again.") from error
        (folder / f"{file.stem}.json").write_text(document, encoding="utf-8")
