"""The program oasdiff: built once from the locked source, by the locked Go, and kept in the project's cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Final

from aero.platform.digests import digest
from aero.platform.errors import AeroError
from aero.platform.paths import PROJECT

LOCKED: Final = Path(__file__).parent / "oasdiff"
PINS: Final = ("go.lock", "go.mod", "go.sum")
MODULE: Final = "github.com/oasdiff/oasdiff"
CACHE: Final = PROJECT / ".aero" / "cache" / "oasdiff"


def oasdiff() -> Path:
    """Return the program's path, after building it if the cache lacks it. Raises AeroError without a registry."""
    program = CACHE / digest([LOCKED / name for name in PINS], sysconfig.get_platform())[:16] / "oasdiff"
    if not program.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            built = _build(Path(folder))
            program.parent.mkdir(exist_ok=True)
            built.replace(program)
    return program


def _build(folder: Path) -> Path:
    """Build the program in a folder that can be deleted afterwards, Go and its caches too (600 MB)."""
    print("Building oasdiff from its locked source; this takes about a minute, once …", flush=True)  # noqa: T201
    packages, source, built = folder / "python", folder / "source", folder / "oasdiff"
    install = ("-m", "uv", "pip", "install", "--quiet", "--target", str(packages), "--require-hashes")
    _run(sys.executable, *install, "-r", str(LOCKED / "go.lock"))
    shutil.copytree(LOCKED, source)
    variables = {
        "GOROOT": str(packages / "go"),
        "GOPATH": str(folder / "modules"),
        "GOCACHE": str(folder / "cache"),
        "GOTMPDIR": str(folder),
        "GOENV": "off",
        "GOFLAGS": "-mod=readonly -modcacherw",  # without the second, its read-only folders could not be deleted
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
        "CGO_ENABLED": "0",
    }
    go = packages / "go" / "bin" / "go"
    go.chmod(0o755)
    _run(str(go), "build", "-trimpath", "-o", str(built), MODULE, cwd=source, variables=variables)
    return built


def _run(*command: str, cwd: Path = PROJECT, variables: dict[str, str] | None = None) -> None:
    result = subprocess.run(
        command, cwd=cwd, env=os.environ | (variables or {}), capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise AeroError(
            f"oasdiff cannot be built: `{Path(command[0]).name}` failed.",
            cure="It needs PyPI and a proxy of Go modules (GOPROXY) the first time.",
            detail=result.stderr[-2000:],
        )
