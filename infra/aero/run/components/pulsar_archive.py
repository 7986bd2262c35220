"""An archive of Pulsar's loaded classes (the JVM's class data sharing), which halves its start.

The first run records the classes and writes them at its end; later ones map them. The JVM checks that an archive fits
its version and the jars and does without it otherwise, so a missing or stale one costs time, never correctness.
"""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
from pathlib import Path

from aero.platform.environment import child_environment


class ClassArchive:
    """For one JRE and one set of jars: the JRE's own classes (it comes without) and, on top, Pulsar's."""

    def __init__(self, folder: Path, *, java: Path, jars: Path, lock: Path) -> None:
        """`folder` is shared by all platforms of the project; a new JRE, place or lock makes a new archive."""
        release = (java.parent.parent / "release").read_bytes()
        jars_state = f"{jars} {jars.stat().st_mtime_ns}"  # the JVM refuses an archive of jars that were touched since
        parts = [release, jars_state.encode(), lock.read_bytes()]
        digest = hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]
        self._java = java
        self._folder = folder
        self._base = folder / f"pulsar-{digest}.base.jsa"
        self._all = folder / f"pulsar-{digest}.jsa"

    async def options(self, recording: Path) -> tuple[str, ...]:
        """Options that use the archive, or record it into `recording`."""
        if self._all.exists():
            return (f"-XX:SharedArchiveFile={self._base}:{self._all}", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
        await asyncio.to_thread(self._make_base)
        recording.unlink(missing_ok=True)  # noqa: ASYNC240 - of a run that was killed while it wrote
        if not self._base.exists():
            return ()  # no memory, no disk: the JVM starts without
        return (f"-XX:SharedArchiveFile={self._base}", f"-XX:ArchiveClassesAtExit={recording}", "-Xlog:cds*=off")

    def keep(self, recording: Path) -> None:
        """Use from now on what a run recorded that ended in peace."""
        if recording.exists():
            recording.replace(self._all)
            for other in set(self._folder.glob("pulsar-*.jsa")) - {self._base, self._all}:
                other.unlink()

    def _make_base(self) -> None:
        if self._base.exists():
            return
        new = self._base.with_suffix(".new")
        command = (str(self._java), "-Xshare:dump", "-XX:-UsePerfData", f"-XX:SharedArchiveFile={new}")
        subprocess.run(command, check=False, capture_output=True, timeout=60, env=child_environment())
        if new.exists():
            new.replace(self._base)
