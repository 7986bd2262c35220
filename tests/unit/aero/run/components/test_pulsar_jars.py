"""Pulsar's jars: only files that match the lock are put on the class path."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from aero.platform.paths import PROJECT
from aero.run.components.pulsar_jars import Jar, JarsUnavailableError, class_path, install_jars, read_lock

CONTENTS = {"org.example:broker:3.1.0": b"the broker", "org.example:client:3.1.0:linux": b"the client"}


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # refused at once


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a local Maven repository with both jars."""
    folder = tmp_path / "m2"
    monkeypatch.setenv("M2_REPO", str(folder))
    for jar in locked():
        put(jar, folder, CONTENTS[coordinates(jar)])
    return folder


def locked() -> list[Jar]:
    """Return the locked entries of the two jars."""
    return [Jar.parse(f"{name}  {hashlib.sha256(content).hexdigest()}") for name, content in CONTENTS.items()]


def coordinates(jar: Jar) -> str:
    """Return a jar's coordinates in the form of the lock."""
    return ":".join(filter(None, (jar.group, jar.artifact, jar.version, jar.classifier)))


def put(jar: Jar, repository: Path, content: bytes) -> None:
    """Put a jar with this content into a repository."""
    folder = repository / jar.group.replace(".", "/") / jar.artifact / jar.version
    folder.mkdir(parents=True, exist_ok=True)
    suffix = f"-{jar.classifier}" if jar.classifier else ""
    (folder / f"{jar.artifact}-{jar.version}{suffix}.jar").write_bytes(content)


def names(folder: Path) -> list[str]:
    """Return the names of the files in a folder."""
    return sorted(file.name for file in folder.iterdir())


def test_the_lock_of_this_project_is_complete() -> None:
    """Every line has a sha256, and no two jars have the same file name."""
    jars = read_lock(PROJECT / "infra" / "pulsar" / "jars.lock")
    assert len(jars) == 258
    assert len({jar.file_name for jar in jars}) == 258
    assert all(len(jar.sha256) == 64 for jar in jars)
    assert any(jar.artifact == "pulsar-broker" and jar.version == "3.1.0" for jar in jars)


def test_every_jar_is_installed_and_counted(repository: Path, tmp_path: Path) -> None:
    """Progress is reported from the first jar to the last."""
    counts: list[tuple[int, int]] = []
    install_jars(locked(), tmp_path / "jars", lambda done, total: counts.append((done, total)))
    assert names(tmp_path / "jars") == ["org.example-broker-3.1.0.jar", "org.example-client-3.1.0-linux.jar"]
    assert counts == [(0, 2), (1, 2), (2, 2)]
    assert len(list(repository.rglob("*.jar"))) == 2, "the repository is read, never emptied"


def test_installed_jars_are_not_fetched_again(repository: Path, tmp_path: Path) -> None:
    """The second start needs no network."""
    install_jars(locked(), tmp_path / "jars", lambda *_: None)
    for file in repository.rglob("*.jar"):
        file.unlink()
    counts: list[int] = []
    install_jars(locked(), tmp_path / "jars", lambda done, _: counts.append(done))
    assert counts == []


def test_a_corrupted_file_is_replaced(repository: Path, tmp_path: Path) -> None:
    """A disk error or a manual change is noticed at the next start."""
    del repository
    install_jars(locked(), tmp_path / "jars", lambda *_: None)
    broken = tmp_path / "jars" / "org.example-broker-3.1.0.jar"
    broken.write_bytes(b"something else")
    install_jars(locked(), tmp_path / "jars", lambda *_: None)
    assert broken.read_bytes() == b"the broker"


def test_a_wrong_download_is_never_installed(repository: Path, tmp_path: Path) -> None:
    """A broken repository is an example. The error names the jar."""
    put(locked()[0], repository, b"not the broker")
    with pytest.raises(JarsUnavailableError, match=r"org\.example-broker-3\.1\.0\.jar is not available"):
        install_jars(locked(), tmp_path / "jars", lambda *_: None)
    assert not (tmp_path / "jars" / "org.example-broker-3.1.0.jar").exists()


def test_an_interrupted_download_is_not_used(repository: Path, tmp_path: Path) -> None:
    """The incomplete file of a killed run is fetched again."""
    # Given an incomplete file in the folder for downloads
    broker = locked()[0]
    put(broker, tmp_path / "jars" / ".incoming", b"the bro")
    # When the jars are installed
    install_jars(locked(), tmp_path / "jars", lambda *_: None)
    # Then the complete file is there, and no other one
    assert (tmp_path / "jars" / broker.file_name).read_bytes() == b"the broker"
    assert len(names(tmp_path / "jars")) == 2
    del repository


def test_a_jar_without_network_and_cache_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`aero up` prints this reason when it falls back to pulsar-lite."""
    monkeypatch.setenv("M2_REPO", str(tmp_path / "empty"))
    with pytest.raises(JarsUnavailableError, match="is not available from Maven Central"):
        install_jars(locked(), tmp_path / "jars", lambda *_: None)


def test_jars_outside_of_the_lock_are_removed(repository: Path, tmp_path: Path) -> None:
    """The class path is the whole folder, so an old version must not stay beside the new one."""
    del repository
    (tmp_path / "jars").mkdir()
    (tmp_path / "jars" / "org.example-broker-3.0.0.jar").write_bytes(b"old")
    install_jars(locked(), tmp_path / "jars", lambda *_: None)
    assert "org.example-broker-3.0.0.jar" not in names(tmp_path / "jars")


PART = "org.example:store:4.1  {sha256}  org/example/Info[.$]*"


def test_only_a_part_of_some_jars_is_installed(repository: Path, tmp_path: Path) -> None:
    """The lock has the hash of the part, which does not depend on how and when the original was packed."""
    # Given a jar with two wanted classes, and their hash in the lock
    locked_hash = "0ce6478d117b33b9dcf8ea900cd7012d89dca1e787cf0477ffec645d97390695"
    jar = Jar.parse(PART.format(sha256=locked_hash))
    put(jar, repository, zipped("org/example/Other.class", "org/example/Info.class", "org/example/Info$Part.class"))
    # When it is installed
    install_jars([jar], tmp_path / "jars", lambda *_: None)
    # Then its part has these classes only
    assert names(tmp_path / "jars") == ["org.example-store-4.1-part.jar"]
    with ZipFile(tmp_path / "jars" / jar.file_name) as part:
        assert part.namelist() == ["org/example/Info$Part.class", "org/example/Info.class"]
        assert part.read("org/example/Info.class") == b"org/example/Info.class"


def test_an_invalid_jar_has_no_part(repository: Path, tmp_path: Path) -> None:
    """It is treated like any other broken download."""
    jar = Jar.parse(PART.format(sha256="0" * 64))
    put(jar, repository, b"not a jar")
    with pytest.raises(JarsUnavailableError, match=r"org\.example-store-4\.1-part\.jar is not available"):
        install_jars([jar], tmp_path / "jars", lambda *_: None)
    assert names(tmp_path / "jars") == [".incoming"]


def test_a_part_comes_first_on_the_class_path(tmp_path: Path) -> None:
    """It replaces an older class of the same name in another jar."""
    part = Jar.parse(PART.format(sha256="0" * 64))
    assert class_path([*locked(), part], tmp_path) == f"{tmp_path / part.file_name}:{tmp_path}/*"


def zipped(*files: str) -> bytes:
    """Return a jar whose files contain their own names."""
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as jar:
        for file in files:
            jar.writestr(file, file)
    return content.getvalue()
