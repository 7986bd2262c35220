"""Chooses the Python of this machine that runs a function."""

import logging
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LOG = logging.getLogger(__name__)

FIXED = "LAMBDA_PROCESS_PYTHON"  # the Python of every function, whatever version it asks for
OLDEST = (3, 10)  # the oldest version for boto3 and the runtime's client
_ASK = "import sys; print('%d.%d' % sys.version_info[:2])"


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python and its version, as in the name of a Lambda runtime."""

    path: Path
    version: str


@cache
def interpreter(runtime: str) -> Interpreter:
    """Return the Python for a Lambda runtime such as `python3.13`, or else LocalStack's own.

    Raises OSError or `subprocess.SubprocessError` if the Python set by `LAMBDA_PROCESS_PYTHON` does not run.
    """
    if fixed := os.environ.get(FIXED):
        return Interpreter(Path(fixed), _version(fixed))
    running = Interpreter(Path(sys.executable), "{}.{}".format(*sys.version_info))
    wanted = runtime.removeprefix("python")
    if wanted == running.version:
        return running
    if path := _usable(runtime, wanted):
        return Interpreter(Path(path), wanted)
    LOG.info("Functions for %s run on Python %s: there is no %s here", runtime, running.version, runtime)
    return running


def _usable(name: str, version: str) -> str | None:
    if tuple(map(int, version.split("."))) < OLDEST or not (path := shutil.which(name)):
        return None
    try:
        return path if _version(path) == version else None
    except (OSError, subprocess.SubprocessError):  # e.g. a version manager's placeholder
        return None


def _version(python: str) -> str:
    answer = subprocess.run([python, "-I", "-c", _ASK], check=True, capture_output=True, text=True, timeout=30)
    return answer.stdout.strip()
