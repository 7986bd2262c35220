"""The baseline in docs/baseline: what was promised, renewed only together with a line of the changelog."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aero.platform.errors import AeroError
from documents.yaml_file import read_yaml, yaml_text

OPENAPI: Final = "openapi.yaml"
ASYNCAPI: Final = "asyncapi.yaml"
CONTRACTS: Final = "contracts.yaml"
RECORD: Final = "renewal.json"
HEAD: Final = (
    "# What consumers were promised. `make baseline` renews it; see docs/adr/0015-compatibility-by-a-baseline.md.\n"
)
CURE: Final = "Add what changes for a consumer to CHANGELOG.md, then `make baseline`."


@dataclass(frozen=True, slots=True)
class Baseline:
    """The baseline of a project; its record names the changelog's lines that are known, and each file's digest."""

    project: Path

    @property
    def folder(self) -> Path:
        """The folder of the baseline's files."""
        return self.project / "docs" / "baseline"

    def read(self) -> dict[str, Any]:
        """Return the baseline's documents by file name.

        Raises AeroError if one was changed by hand, or if the lines that it was renewed for are gone.
        """
        record = self._record()
        texts = {name: (self.folder / name).read_text(encoding="utf-8") for name in record["sha256"]}
        for name, text in texts.items():
            if _digest(text) != record["sha256"][name]:
                raise AeroError(f"docs/baseline/{name} was changed by hand.", cure=CURE)
        if record["because"] and not set(record["because"]) & set(self._changelog()):
            raise AeroError(f"CHANGELOG.md lacks what the baseline was renewed for: {record['because'][0]}", cure=CURE)
        return {name: read_yaml(text) for name, text in texts.items()}

    def current(self) -> dict[str, Any]:
        """Return the project's documents under the same names."""
        found = {
            name: read_yaml(file.read_text(encoding="utf-8"))
            for name in (OPENAPI, ASYNCAPI)
            if (file := self.project / "docs" / name).exists()
        }
        files = sorted((self.project / "events" / "contracts").rglob("*.schema.json"))
        contracts = [json.loads(file.read_text(encoding="utf-8")) for file in files]
        return found | {CONTRACTS: {contract["$id"]: contract for contract in contracts}}

    def renew(self) -> list[str]:
        """Make the project's documents the baseline; return the changelog's new lines.

        Raises AeroError without a new line, and changes nothing then.
        """
        known = set(self._record()["known"])
        lines = self._changelog()
        new = [line for line in lines if _digest(line) not in known]
        if not new:
            raise AeroError("CHANGELOG.md has no line that is newer than the baseline.", cure=CURE)
        texts = {name: yaml_text(document, head=HEAD) for name, document in self.current().items()}
        self.folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            (self.folder / name).write_text(text, encoding="utf-8")
        record = {
            "because": new,
            "sha256": {name: _digest(text) for name, text in texts.items()},
            "known": [_digest(line) for line in lines],
        }
        (self.folder / RECORD).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return new

    def _record(self) -> dict[str, Any]:
        file = self.folder / RECORD
        if not file.exists():
            return {"because": [], "sha256": {}, "known": []}
        record: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return record

    def _changelog(self) -> list[str]:
        return list(_items((self.project / "CHANGELOG.md").read_text(encoding="utf-8")))


def _items(changelog: str) -> Iterator[str]:
    """Yield the list items of a changelog, each in one line."""
    for item in re.findall(r"^- .*(?:\n  .*)*", changelog, re.MULTILINE):
        yield " ".join(item.removeprefix("- ").split())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
