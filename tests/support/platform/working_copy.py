"""A copy of the project from which a platform runs, so that a test can change its files."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from aero.platform.progress.events import Kind
from aero.platform.progress.wire import received
from aero.run.down import down
from support.lambda_events import PROJECT

if TYPE_CHECKING:
    from aero.platform.paths import Paths

COPIED: Final = ("functions", "layers", "infra", "samconfig.toml")
_MADE: Final = ("__pycache__", ".venv", "*.egg-info")
# `aero up` in another project folder than its own.
_UP: Final = """
import asyncio, json, sys
from pathlib import Path
from aero.platform.paths import Paths
from aero.platform.progress.wire import WireProgress
from aero.platform.settings import PulsarKind, Settings
from aero.run.up import up
home, project, offset, debug = sys.argv[1:]
settings = Settings(port_offset=int(offset), pulsar=PulsarKind.lite, watch=True, debug=json.loads(debug))
asyncio.run(up(Paths(home=Path(home), project=Path(project)), settings, WireProgress(1)))
"""


def copy_project(target: Path) -> None:
    """Copy the files that a platform needs; installed packages stay the project's."""
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns(*_MADE))
        else:
            shutil.copy(source, target / name)


@contextmanager
def watching_platform(paths: Paths, *, offset: int, debug: str = "{}") -> Iterator[None]:
    """Run `aero up --watch --pulsar lite` from these paths, stopped at the end; `debug` is JSON, ports by function."""
    arguments = [str(paths.home), str(paths.project), str(offset), debug]
    with subprocess.Popen([sys.executable, "-c", _UP, *arguments], stdout=subprocess.PIPE) as process:
        assert process.stdout
        ready = any(event.kind is Kind.ready for event in received(process.stdout))
        assert ready, "\n".join(log.read_text() for log in sorted(paths.logs.glob("*.log")))
        try:
            yield
        finally:
            down(paths, lambda _event: None)
