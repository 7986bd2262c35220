"""An archive of Pulsar's loaded classes (the JVM's class data sharing), which halves the time of a start.

The first run records the classes and writes them at its end; later runs map them. The JVM uses an archive only if it
fits its version and the jars. So a missing or stale archive costs time, but not correctness.
"""

from __future__ import annotations

import asyncio
import hashlib
import subprocess
from pathlib import Path

from aero.platform.environment import child_environment


class ClassArchive:
    """The archives for one JRE and set of jars: the JRE's classes, which come without one, and on top Pulsar's."""

    def __init__(self, folder: Path, *, java: Path, jars: Path, lock: Path) -> None:
        """`folder` is shared by all platforms of the project. A new JRE, jar folder or lock needs a new archive."""
        release = (java.parent.parent / "release").read_bytes()
        jars_state = f"{jars} {jars.stat().st_mtime_ns}"  # the JVM refuses the archive of jars with a newer mtime
        parts = [release, jars_state.encode(), lock.read_bytes()]
        digest = hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]
        self._java = java
        self._folder = folder
        self._base = folder / f"pulsar-{digest}.base.jsa"
        self._all = folder / f"pulsar-{digest}.jsa"

    async def options(self, recording: Path) -> tuple[str, ...]:
        """Return the JVM options that use the archive, or that record it into `recording`."""
        if self._all.exists():
            return (f"-XX:SharedArchiveFile={self._base}:{self._all}", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
        await asyncio.to_thread(self._make_base)
        recording.unlink(missing_ok=True)  # noqa: ASYNC240 - left by a run killed during its recording
        if not self._base.exists():
            return ()  # without memory or disk space the JVM starts without an archive
        return (f"-XX:SharedArchiveFile={self._base}", f"-XX:ArchiveClassesAtExit={recording}", "-Xlog:cds*=off")

    def keep(self, recording: Path) -> None:
        """Use the recording of a run with an orderly end from now on."""
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
