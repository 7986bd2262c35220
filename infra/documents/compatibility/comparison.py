"""Compares two OpenAPI documents by oasdiff, with our severities."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aero.platform.errors import AeroError
from documents.compatibility.oasdiff_program import LOCKED, oasdiff

SEVERITIES: Final = LOCKED / "severity-levels.txt"
ERROR: Final = 3  # oasdiff's level of a breaking change; below it are warnings and additions


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A difference, in oasdiff's words."""

    rule: str
    where: str
    text: str
    is_breaking: bool

    def __str__(self) -> str:
        """Return the difference in a line."""
        return f"{self.where}: {self.text} [{self.rule}]"


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """List the differences, breaking ones first. Raises AeroError for a document that cannot be read."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name, document in (("before.json", before), ("after.json", after)):
            file = Path(folder) / name
            file.write_text(json.dumps(document), encoding="utf-8")
            files.append(str(file))
        command = [
            *(str(oasdiff()), "changelog", *files, "--format", "json", "--flatten-allof"),
            *("--severity-levels", str(SEVERITIES)),
        ]
        result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if result.returncode:
        raise AeroError("oasdiff cannot compare the documents.", detail=result.stderr[-2000:])
    found = [
        Change(
            rule=change["id"],
            where=" ".join(filter(None, (change.get("operation"), change.get("path")))) or change.get("section", ""),
            text=change["text"],
            is_breaking=change["level"] >= ERROR,
        )
        for change in json.loads(result.stdout or "[]")
    ]
    return sorted(found, key=lambda change: not change.is_breaking)
