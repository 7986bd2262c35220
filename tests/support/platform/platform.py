"""The whole platform, started by the test session on free ports in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

import boto3
import requests

from aero.operate.gateway import CALM, Gateway
from aero.platform.credentials import Credentials
from aero.platform.database import Database
from aero.platform.paths import Paths
from aero.process.run_record import RunRecord
from support.lambda_events import PROJECT
from support.ports import an_offset

T = TypeVar("T")

START_DEADLINE_SECONDS: Final = 600


@dataclass(frozen=True)
class Platform:
    """A running platform."""

    home: Path
    offset: int

    def aero(self, *arguments: str, check: bool = True, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run the `aero` command against the platform."""
        return run("aero", *arguments, env=self.environment, check=check, timeout=timeout)

    def status(self) -> dict[str, Any]:
        """Return the document of `aero status --json`; its exit code adds nothing to `healthy`."""
        document: dict[str, Any] = json.loads(self.aero("status", "--json", check=False).stdout)
        return document

    def port(self, default: int) -> int:
        """Return the actual port of the service with that default port."""
        return default + self.offset

    @property
    def url(self) -> str:
        """The URL of the API."""
        return f"http://127.0.0.1:{self.port(8000)}"

    @property
    def gateway_url(self) -> str:
        """The URL of the Stripe simulator."""
        return f"http://127.0.0.1:{self.port(12111)}"

    @cached_property
    def environment(self) -> dict[str, str]:
        """The environment in which a shell can use `aero`, `sam` and `awslocal` with the platform."""
        return {
            **os.environ,
            "AERO_HOME": str(self.home),
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port(4566)}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "SAM_CLI_TELEMETRY": "0",
        }

    def client(self, service: str) -> Any:
        """Return a boto3 client of the platform's LocalStack."""
        return boto3.client(
            service,  # type: ignore[call-overload] # any service
            endpoint_url=self.environment["AWS_ENDPOINT_URL"],
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    @cached_property
    def database(self) -> Database:
        """The database, with the administrator's rights."""
        credentials = Credentials.load_or_create(replace(Paths.from_env(), home=self.home).credentials_file)
        return Database.embedded(self.port(5433), credentials)

    def sql(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Run a statement as the database's administrator, and return its rows."""
        with self.database.connect() as connection:
            result = connection.execute(query, parameters)
            return list(result.fetchall()) if result.description else []

    def post_pago(self, body: Any, **headers: str) -> requests.Response:
        """Send `POST /pagos/`."""
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        return requests.post(
            f"{self.url}/pagos/", data=text, headers={"Content-Type": "application/json", **headers}, timeout=60
        )

    def get(self, path: str) -> requests.Response:
        """Send `GET path`."""
        return requests.get(f"{self.url}{path}", timeout=60)

    def pago(self, id_pago: str) -> dict[str, Any]:
        """Return the current payment."""
        document: dict[str, Any] = self.get(f"/pagos/{id_pago}").json()
        return document

    def final_state(self, id_pago: str, *, timeout: float = 30) -> dict[str, Any]:
        """Return the payment once it is in a final state."""

        def settled() -> dict[str, Any] | None:
            pago = self.pago(id_pago)
            return pago if pago["estado"] in {"EXITOSO", "FALLIDO"} else None

        return eventually(settled, timeout=timeout, what=f"a final state of {id_pago}")

    def charges(self) -> dict[str, int]:
        """Return how often the gateway's ledger charged each payment, by id: an independent witness."""
        counts: dict[str, int] = {}
        parameters: dict[str, Any] = {"limit": 100}
        while True:
            page = requests.get(
                f"{self.gateway_url}/v1/transfers", params=parameters, auth=("sk_test_tests", ""), timeout=30
            ).json()
            for transfer in page["data"]:
                id_pago = transfer["metadata"]["id_pago"]
                counts[id_pago] = counts.get(id_pago, 0) + 1
            if not page["has_more"]:
                return counts
            parameters["starting_after"] = page["data"][-1]["id"]

    def set_faults(self, **faults: float) -> None:
        """Change the gateway's faults; unnamed ones return to their initial values."""
        Gateway(self.gateway_url).change(CALM | faults)


def start(home: Path) -> Platform:
    """Run `aero up --detach` on free ports."""
    platform = Platform(home=home, offset=an_offset())
    platform.aero("up", "--detach", "--port-offset", str(platform.offset), timeout=START_DEADLINE_SECONDS)
    return platform


def running_platform() -> Platform:
    """Return the platform in AERO_HOME, or of this project; exits the program if there is none."""
    paths = Paths.from_env()
    record = RunRecord.running(paths.run_file)
    if record is None:
        sys.exit("No platform is running: make up")
    return Platform(home=paths.home, offset=record.port_offset)


def run(
    *command: str, env: dict[str, str], check: bool = True, timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run a command in the project's root; the error for a failure contains its output."""
    done = subprocess.run(
        command,
        cwd=PROJECT,
        env=env,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert not check or done.returncode == 0, f"{command} exited {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done


def eventually(probe: Callable[[], T | None], *, timeout: float, what: str) -> T:
    """Return the first result of `probe` other than None or False; fails at the deadline."""
    deadline = time.monotonic() + timeout
    while not (result := probe()):
        assert time.monotonic() < deadline, f"no {what} within {timeout} s"
        time.sleep(0.05)
    return result
