"""The jars of Apache Pulsar: downloaded from Maven Central in parallel, each verified against the lock."""

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
    """Neither the cache nor Maven Central has what the lock asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jar:
    """One line of the lock; `only`, if given, is a pattern of the files that are taken out of it."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str
    only: str = ""

    @classmethod
    def parse(cls, line: str) -> Self:
        """From `group:artifact:version[:classifier]  sha256  [only]`."""
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
        """With the group, since two groups may have an artifact of the same name."""
        part = "part" if self.only else ""
        return "-".join(filter(None, (self.group, self.artifact, self.version, self.classifier, part))) + ".jar"

    def is_in(self, folder: Path) -> bool:
        """Whether the whole, right file is there."""
        return self.matches(folder / self.file_name)

    def matches(self, file: Path) -> bool:
        """Whether a file has the content that the lock promises."""
        try:
            with file.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest() == self.sha256
        except FileNotFoundError:
            return False


def read_lock(file: Path) -> list[Jar]:
    """Every jar of the lock."""
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [Jar.parse(line) for line in lines if line and not line.startswith("#")]


def class_path(jars: list[Jar], folder: Path) -> str:
    """Parts of a jar come first, since they are there to replace what the others have."""
    return os.pathsep.join([*(str(folder / jar.file_name) for jar in jars if jar.only), f"{folder}/*"])


def install_jars(jars: list[Jar], folder: Path, progress: Callable[[int, int], None]) -> None:
    """Bring every jar into `folder`; `progress(done, total)` is told of those that had to be downloaded.

    A file appears there under its own name only when its hash is right, so a killed download leaves nothing that is
    taken for whole, and the next one goes on where it stopped. Raises JarsUnavailableError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(THREADS) as pool:
        missing = [
            jar for jar, there in zip(jars, pool.map(lambda jar: jar.is_in(folder), jars), strict=True) if not there
        ]
        if missing:
            _download(missing, folder, pool, lambda done: progress(done, len(missing)))
    for file in set(folder.iterdir()) - {folder / jar.file_name for jar in jars}:
        shutil.rmtree(file) if file.is_dir() else file.unlink()  # the class path is the folder: only the lock's jars


def _download(missing: list[Jar], folder: Path, pool: ThreadPoolExecutor, progress: Callable[[int], None]) -> None:
    from jgo.constants import default_maven_repo  # noqa: PLC0415 - not needed once the jars are here
    from jgo.maven import MavenContext  # noqa: PLC0415

    incoming = folder / ".incoming"
    shutil.rmtree(incoming, ignore_errors=True)  # of a killed download: what was whole has been moved already
    incoming.mkdir()
    central = MavenContext(repo_cache=incoming)
    with_m2 = MavenContext(repo_cache=incoming, local_repos=[default_maven_repo()])  # ~/.m2 is read, never written
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
    """Try each context in turn until one has the right file."""
    incoming = folder / ".incoming" / jar.file_name
    problem = ""
    for context in contexts:
        artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact(classifier=jar.classifier)
        try:
            source = artifact.resolve()
        except (RuntimeError, OSError) as error:  # jgo's own, and those of requests, which are OSErrors
            problem = str(error)
            continue
        if jar.only:
            _take(jar.only, source, incoming)
        elif source.is_relative_to(context.repo_cache):
            source.replace(incoming)
        else:
            shutil.copyfile(source, incoming)  # not ours to move
        if jar.matches(incoming):
            incoming.replace(folder / jar.file_name)
            return
        incoming.unlink()
        problem = "what was downloaded has another sha256"
    raise JarsUnavailableError(f"{jar.file_name} cannot be had from Maven Central: {problem}")


def _take(pattern: str, source: Path, part: Path) -> None:
    """Some files of a jar as a jar: stored without compression and dates, so that its hash is the same everywhere."""
    with ZipFile(part, "w") as new, suppress(BadZipFile, zlib.error), ZipFile(source) as whole:  # broken: another hash
        for name in sorted(matching(whole.namelist(), pattern)):
            new.writestr(ZipInfo(name), whole.read(name))
