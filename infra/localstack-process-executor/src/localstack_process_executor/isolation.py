"""What a function's process can see: a Python of its own with the runtime's packages, and few variables."""

import os
import sys
import tempfile
import threading
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

# What AWS's Python runtime carries: its client with what that needs, and boto3 with what that needs.
RUNTIME_DISTRIBUTIONS = (
    *("awslambdaric", "simplejson", "snapshot-restore-py"),
    *("boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3"),
)

# Of LocalStack's own variables a function gets only those that say where this machine keeps things.
INHERITED_VARIABLES = (
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """A Python whose site-packages hold what AWS's runtime holds."""

    python: Path
    packages: Path

    @property
    def version(self) -> str:
        """As in a Lambda runtime's name, e.g. `3.11`."""
        return f"{sys.version_info.major}.{sys.version_info.minor}"


_building = threading.Lock()


def runtime(folder: Path) -> Runtime:
    """The runtime of this LocalStack, made in `folder` by the first caller."""
    with _building:
        return _build(folder)


@cache
def _build(folder: Path) -> Runtime:
    folder.mkdir(parents=True, exist_ok=True)
    root = Path(tempfile.mkdtemp(prefix="runtime-", dir=folder))
    venv.EnvBuilder(symlinks=True, with_pip=False).create(root)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    made = Runtime(python=root / "bin" / "python", packages=root / "lib" / version / "site-packages")
    for name in RUNTIME_DISTRIBUTIONS:
        distribution = metadata.distribution(name)
        tops = {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}
        for top in tops:
            (made.packages / top).symlink_to(Path(str(distribution.locate_file(top))).resolve())
    return made


def variables(
    *,
    given: Mapping[str, str],
    runtime: Runtime,
    task_root: Path,
    opt: Path,
    temporary: Path,
    runtime_api: str,
) -> dict[str, str]:
    """The whole environment of a function's process; `given` is what Lambda and the function's author set."""
    inherited = {name: os.environ[name] for name in INHERITED_VARIABLES if name in os.environ}
    defaults = {"LANG": "en_US.UTF-8", "HOME": str(temporary), "TMPDIR": str(temporary)}
    path = os.pathsep.join([str(runtime.python.parent), given.get("PATH") or inherited.get("PATH", os.defpath)])
    modules = [task_root, opt / "python" / "lib" / f"python{runtime.version}" / "site-packages", opt / "python"]
    return {
        **defaults,
        **inherited,
        **given,
        "PATH": path,
        "PYTHONPATH": _search_path(modules, given.get("PYTHONPATH", "")),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{runtime.version}",
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "LAMBDA_RUNTIME_DIR": str(runtime.packages),
        "LAMBDA_TASK_ROOT": str(task_root),
    }


def _search_path(modules: Sequence[Path], extra: str) -> str:
    return os.pathsep.join([*(str(module) for module in modules), *filter(None, extra.split(os.pathsep))])
