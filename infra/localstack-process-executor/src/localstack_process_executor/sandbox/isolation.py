"""Gives a function's process a Python of its own, with the runtime's packages and few variables."""

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from localstack_process_executor.sandbox.interpreter import Interpreter

# The packages of AWS's Python runtime: its client and boto3, with their dependencies.
RUNTIME_DISTRIBUTIONS = (
    *("awslambdaric", "simplejson", "snapshot-restore-py"),
    *("boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"),
)

# A function inherits only those of LocalStack's variables that say where this machine keeps things.
INHERITED_VARIABLES = (
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """A Python whose site-packages hold the same as those of AWS's runtime."""

    python: Path
    version: str  # as in the name of a Lambda runtime, e.g. `3.13`
    packages: Path


_building = threading.Lock()


def runtime(interpreter: Interpreter, folder: Path) -> Runtime:
    """Return this LocalStack's runtime for an interpreter; the first call makes it in `folder`."""
    with _building:
        return _build(interpreter, folder)


@cache
def _build(interpreter: Interpreter, folder: Path) -> Runtime:
    folder.mkdir(parents=True, exist_ok=True)
    root = Path(tempfile.mkdtemp(prefix="runtime-", dir=folder))
    subprocess.run([interpreter.path, "-I", "-m", "venv", "--symlinks", "--without-pip", root], check=True)
    packages = root / "lib" / f"python{interpreter.version}" / "site-packages"
    made = Runtime(python=root / "bin" / "python", version=interpreter.version, packages=packages)
    link_distributions(RUNTIME_DISTRIBUTIONS, packages)
    return made


def debugger_packages(runtime: Runtime) -> Path:
    """Return a folder from which debugpy can be imported, and nothing else of LocalStack's environment."""
    with _building:
        return _link_debugger(runtime)


@cache
def _link_debugger(runtime: Runtime) -> Path:
    folder = runtime.packages.with_name("debugger-packages")
    folder.mkdir(exist_ok=True)
    link_distributions(["debugpy"], folder)
    return folder


def link_distributions(names: Iterable[str], folder: Path) -> None:
    """Link these distributions of LocalStack's environment, and nothing else of it, into another folder."""
    for name in names:
        distribution = metadata.distribution(name)
        tops = {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}
        for top in tops:
            (folder / top).symlink_to(Path(str(distribution.locate_file(top))).resolve())


def variables(
    *,
    given: Mapping[str, str],
    runtime: Runtime,
    task_root: Path,
    opt: Path,
    temporary: Path,
    runtime_api: str,
) -> dict[str, str]:
    """Return all variables of a function's process; `given` are those of Lambda and of the function's author."""
    inherited = {name: os.environ[name] for name in INHERITED_VARIABLES if name in os.environ}
    defaults = {"LANG": "en_US.UTF-8", "HOME": str(temporary), "TMPDIR": str(temporary)}
    path = given.get("PATH") or inherited.get("PATH", os.defpath)
    libraries = given.get("LD_LIBRARY_PATH") or inherited.get("LD_LIBRARY_PATH", "")
    modules = (task_root, opt / "python" / "lib" / f"python{runtime.version}" / "site-packages", opt / "python")
    return {
        **defaults,
        **inherited,
        **given,
        "PATH": _search_path(runtime.python.parent, path, opt / "bin"),
        "LD_LIBRARY_PATH": _search_path(libraries, task_root, task_root / "lib", opt / "lib"),
        "PYTHONPATH": _search_path(*modules, given.get("PYTHONPATH", "")),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{runtime.version}",
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "LAMBDA_RUNTIME_DIR": str(runtime.packages),
        "LAMBDA_TASK_ROOT": str(task_root),
    }


def _search_path(*entries: Path | str) -> str:
    return os.pathsep.join(filter(None, map(str, entries)))
