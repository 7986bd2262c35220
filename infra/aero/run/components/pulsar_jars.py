"""The jars of Apache Pulsar, downloaded from Maven Central in parallel and verified against the lock."""

from __future__ import annotations

import hashlib
import os
import shutil
import zlib
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import filter as matching
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self
from zipfile import BadZipFile, ZipFile, ZipInfo

from aero.platform.errors import AeroError

if TYPE_CHECKING:
    from jgo.maven import MavenContext

THREADS: Final = 8


class JarsUnavailableError(AeroError):
    """Neither the cache nor Maven Central has the locked jars, or there is no JRE for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jar:
    """One line of the lock. `only`, if given, is a pattern for the files taken out of the jar."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str
    only: str = ""

    @classmethod
    def parse(cls, line: str) -> Self:
        """Parse `group:artifact:version[:classifier]  sha256  [only]`."""
        coordinates, sha256, *only = line.split()
        group, artifact, version, *classifier = coordinates.split(":")
        return cls(
            group=group,
            artifact=artifact,
            version=version,
            classifier="".join(classifier),
            sha256=sha256.lower(),
            only="".join(only),
        )

    @property
    def file_name(self) -> str:
        """The name of the file. It has the group, since two groups may have an artifact of the same name."""
        part = "part" if self.only else ""
        return "-".join(filter(None, (self.group, self.artifact, self.version, self.classifier, part))) + ".jar"

    def is_in(self, folder: Path) -> bool:
        """Return whether the folder has the complete, correct file."""
        return self.matches(folder / self.file_name)

    def matches(self, file: Path) -> bool:
        """Return whether a file has the hash in the lock."""
        try:
            with file.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest() == self.sha256
        except FileNotFoundError:
            return False


def read_lock(file: Path) -> list[Jar]:
    """Return the jars of a lock file."""
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [Jar.parse(line) for line in lines if line and not line.startswith("#")]


def class_path(jars: list[Jar], folder: Path) -> str:
    """Return the class path. Parts of jars come first, since they replace classes of other jars."""
    return os.pathsep.join([*(str(folder / jar.file_name) for jar in jars if jar.only), f"{folder}/*"])


def install_jars(jars: list[Jar], folder: Path, progress: Callable[[int, int], None]) -> None:
    """Bring every jar into `folder`; `progress(done, total)` counts the downloaded jars.

    A file gets its own name there only after its hash is verified. So a killed download leaves no incomplete jar, and
    the next one continues where it stopped. Other files are deleted. Raises JarsUnavailableError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(THREADS) as pool:
        missing = [
            jar for jar, there in zip(jars, pool.map(lambda jar: jar.is_in(folder), jars), strict=True) if not there
        ]
        if missing:
            _download(missing, folder, pool, lambda done: progress(done, len(missing)))
    for file in set(folder.iterdir()) - {folder / jar.file_name for jar in jars}:
        shutil.rmtree(file) if file.is_dir() else file.unlink()  # the class path is the whole folder


def _download(missing: list[Jar], folder: Path, pool: ThreadPoolExecutor, progress: Callable[[int], None]) -> None:
    from jgo.constants import default_maven_repo  # noqa: PLC0415 - needed for a download only
    from jgo.maven import MavenContext  # noqa: PLC0415

    incoming = folder / ".incoming"
    shutil.rmtree(incoming, ignore_errors=True)  # left by a killed download; its complete files are already moved
    incoming.mkdir()
    central = MavenContext(repo_cache=incoming)
    with_m2 = MavenContext(repo_cache=incoming, local_repos=[default_maven_repo()])  # ~/.m2 is only read
    progress(0)
    futures = [pool.submit(_fetch, jar, folder, (with_m2, central, central)) for jar in missing]
    try:
        for done, future in enumerate(as_completed(futures), start=1):
            future.result()
            progress(done)
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def _fetch(jar: Jar, folder: Path, contexts: Iterable[MavenContext]) -> None:
    """Try each context in turn until one has the correct file. Raises JarsUnavailableError if none has it."""
    incoming = folder / ".incoming" / jar.file_name
    problem = ""
    for context in contexts:
        artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact(classifier=jar.classifier)
        try:
            source = artifact.resolve()
        except (RuntimeError, OSError) as error:  # RuntimeError is jgo's; OSError covers requests
            problem = str(error)
            continue
        if jar.only:
            _take(jar.only, source, incoming)
        elif source.is_relative_to(context.repo_cache):
            source.replace(incoming)
        else:
            shutil.copyfile(source, incoming)  # the file belongs to another program
        if jar.matches(incoming):
            incoming.replace(folder / jar.file_name)
            return
        incoming.unlink()
        problem = "the downloaded file has another sha256"
    raise JarsUnavailableError(f"{jar.file_name} is not available from Maven Central: {problem}")


def _take(pattern: str, source: Path, part: Path) -> None:
    """Write some files of a jar as a new jar, without compression and dates, so that its hash is reproducible."""
    # The errors of a broken jar are suppressed, since its part fails the hash check.
    with ZipFile(part, "w") as new, suppress(BadZipFile, zlib.error), ZipFile(source) as whole:
        for name in sorted(matching(whole.namelist(), pattern)):
            new.writestr(ZipInfo(name), whole.read(name))
