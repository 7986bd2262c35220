"""The environment variables of the platform's programs: ours, without those that would mislead them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from aero.platform.naming import REGION

# Python's variables would break LocalStack's isolation and keep programs from caching bytecode in our environments.
# AWS variables could lead to a real account. Programs that need the token read it from its secret.
_LEFT_OUT: Final = ("PYTHON", "AWS_", "SAM_", "VIRTUAL_ENV", "AERO_PULSAR_TOKEN")
_KEPT: Final = ("AWS_CA_BUNDLE", "PYTHON_VERSION")  # PYTHON_VERSION is for the layers' builds, not for Python
_LOCAL: Final = ("127.0.0.1", "localhost")

DUMMY_AWS: Final = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
}


def child_environment(**extra: str) -> dict[str, str]:
    """Return the environment for a program of the platform, with the `bin` of our virtual environment first on PATH."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT) or name in _KEPT}
    path = os.pathsep.join([str(Path(sys.executable).parent), inherited.get("PATH", os.defpath)])
    return inherited | {"PATH": path, **_no_proxy()} | extra


def aws_environment(endpoint: str) -> dict[str, str]:
    """Return the variables that make an AWS tool talk to the emulator only."""
    return DUMMY_AWS | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def keep_loopback_off_proxies() -> None:
    """Keep this process's requests to 127.0.0.1 away from the machine's HTTP proxy."""
    os.environ.update(_no_proxy())


def _no_proxy() -> dict[str, str]:
    known = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    value = ",".join(dict.fromkeys([*filter(None, known.split(",")), *_LOCAL]))
    return {"no_proxy": value, "NO_PROXY": value}
