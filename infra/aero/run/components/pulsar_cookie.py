"""The bookie's cookie, in its folder and in Pulsar's metadata: where it names another folder, no bookie starts.

The folder is relative to all of Pulsar's data, so that a home can be moved and its project's folder renamed. Homes of
earlier versions have absolute folders in their cookies; such a cookie is made anew at the next start.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aero.process import supervisor
from aero.process.supervisor import ProgramFailedError

if TYPE_CHECKING:
    from aero.process.supervisor import Command

FOLDER: Final = "bookkeeper"
METADATA_URL: Final = "rocksdb:metadata"
SHELL: Final = (
    "-Dbookkeeper.metadata.bookie.drivers=org.apache.pulsar.metadata.bookkeeper.PulsarMetadataBookieDriver",
    "org.apache.bookkeeper.bookie.BookieShell",
)
# Only `bookieformat` deletes a cookie from Pulsar's metadata; the bookie that it formats too is one without data.
_EMPTY: Final = "no-bookie"
_CONFIGURATION: Final = """\
metadataServiceUri=metadata-store:{metadata}
bookieId={bookie}
journalDirectory={empty}
ledgerDirectories={empty}
"""
_BOOKIE: Final = re.compile(r'^bookieHost: "([^"]*:\d+)"', re.MULTILINE)
_JOURNAL: Final = re.compile(r'^journalDir: ".*"', re.MULTILINE)
_LEDGERS: Final = re.compile(r'^ledgerDirs: ".*"', re.MULTILINE)


class Cookie:
    """Of the bookie that has its data below one folder, or will have it there."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._file = data / FOLDER / "current" / "VERSION"

    @property
    def port(self) -> int | None:
        """The bookie's, by which others know it; None before its first start."""
        return int(self._bookie.rpartition(":")[2]) if self._bookie else None

    @property
    def is_stale(self) -> bool:
        """Whether the bookie would not start with it."""
        return self._text != self._fresh

    async def make_anew(self, shell: Callable[..., Command]) -> None:
        """Do what BookKeeper has no single command for; `shell` makes one of its own, to be run in the data's folder.

        The file is the last to change, so that the next start does all of it again after a `kill -9`.
        """
        new, configuration = self._write_new()
        with suppress(ProgramFailedError):  # a start that was killed has deleted it
            await supervisor.run(shell("-conf", str(configuration), "bookieformat", "-nonInteractive", "-deleteCookie"))
        await supervisor.run(shell("-conf", str(configuration), "cookie_create", "-cf", str(new), self._bookie))
        new.replace(self._file)
        configuration.unlink()
        (self._data / _EMPTY).rmdir()

    def _write_new(self) -> tuple[Path, Path]:
        """The new cookie's file, and the shell's configuration."""
        new, configuration = self._data / "VERSION.new", self._data / f"{_EMPTY}.conf"
        with new.open("w", encoding="utf-8") as stream:
            stream.write(self._fresh)
            stream.flush()
            os.fsync(stream.fileno())
        (self._data / _EMPTY).mkdir(exist_ok=True)
        text = _CONFIGURATION.format(metadata=METADATA_URL, bookie=self._bookie, empty=_EMPTY)
        configuration.write_text(text, encoding="utf-8")
        return new, configuration

    @property
    def _bookie(self) -> str:
        """Its host and port; empty before its first start."""
        found = _BOOKIE.search(self._text)
        return found[1] if found else ""

    @property
    def _text(self) -> str:
        return self._file.read_text(encoding="utf-8") if self._file.exists() else ""

    @property
    def _fresh(self) -> str:
        text = _JOURNAL.sub(f'journalDir: "{FOLDER}"', self._text)
        return _LEDGERS.sub(rf'ledgerDirs: "1\\t{FOLDER}"', text)
