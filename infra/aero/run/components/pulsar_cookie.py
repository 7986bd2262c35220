"""The bookie's cookie, in its folder and in Pulsar's metadata. A bookie does not start if it names another folder.

Our cookies have a folder relative to Pulsar's data, so that the platform's folder can be moved or renamed. Cookies of
earlier versions have absolute folders; such a cookie is rewritten at the next start.
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
# Only `bookieformat` deletes a cookie from Pulsar's metadata. It also formats a bookie, so it gets one without data.
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
    """The cookie of the bookie in one data folder, also before the bookie's first start."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._file = data / FOLDER / "current" / "VERSION"

    @property
    def port(self) -> int | None:
        """The port in the bookie's identity; None before its first start."""
        return int(self._bookie.rpartition(":")[2]) if self._bookie else None

    @property
    def is_stale(self) -> bool:
        """Whether the bookie would refuse to start with this cookie."""
        return self._text != self._fresh

    async def rewrite(self, shell: Callable[..., Command]) -> None:
        """Rewrite the cookie, for which BookKeeper has no single command; `shell` returns a command of its shell.

        The commands run in the data's folder. The file changes last, so the next start after a `kill -9` repeats all
        steps.
        """
        new, configuration = self._write_new()
        with suppress(ProgramFailedError):  # a killed start has already deleted the cookie
            await supervisor.run(shell("-conf", str(configuration), "bookieformat", "-nonInteractive", "-deleteCookie"))
        await supervisor.run(shell("-conf", str(configuration), "cookie_create", "-cf", str(new), self._bookie))
        new.replace(self._file)
        configuration.unlink()
        (self._data / _EMPTY).rmdir()

    def _write_new(self) -> tuple[Path, Path]:
        """Write the new cookie's file and the shell's configuration, and return their paths."""
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
        """The bookie's host and port; empty before its first start."""
        found = _BOOKIE.search(self._text)
        return found[1] if found else ""

    @property
    def _text(self) -> str:
        return self._file.read_text(encoding="utf-8") if self._file.exists() else ""

    @property
    def _fresh(self) -> str:
        text = _JOURNAL.sub(f'journalDir: "{FOLDER}"', self._text)
        return _LEDGERS.sub(rf'ledgerDirs: "1\\t{FOLDER}"', text)
