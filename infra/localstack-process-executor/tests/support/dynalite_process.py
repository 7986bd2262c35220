"""dynalite, an open DynamoDB made by comparing it with AWS's, is the reference of tests and benchmarks."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.waiting import eventually, free_port

REFERENCE = "DYNAMODB_REFERENCE_URL"  # names another reference, such as AWS's DynamoDB or its local version
PACKAGE = Path(__file__).parent / "dynalite"
# npm uses what it has fetched before; it waits five minutes for a silent registry, and then once more.
INSTALL = ["npm", "ci", "--silent", "--no-audit", "--no-fund"]
INSTALL += ["--prefer-offline", "--fetch-timeout=15000", "--fetch-retries=5"]


def can_be_fetched() -> bool:
    """Return whether npm is here."""
    return shutil.which("npm") is not None


@contextmanager
def dynalite(folder: Path) -> Iterator[str]:
    """Install dynalite in this folder and run it; yield its address."""
    shutil.copytree(PACKAGE, folder)
    subprocess.run(INSTALL, cwd=folder, check=True, timeout=180)
    port = free_port()
    command = ["node", "node_modules/dynalite/cli.js", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--createTableMs", "0", "--deleteTableMs", "0"]
    environment = {"PATH": os.environ["PATH"]}
    with subprocess.Popen(command, cwd=folder, env=environment) as process:
        try:
            eventually(lambda: _is_listening(port))
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def _is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        return False
    return True
