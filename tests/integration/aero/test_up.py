"""The whole platform run by the `aero` command: starts, `kill -9` of aero and of its components, and a stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psutil
import pytest
import requests

from aero.platform.ports import LOOPBACK, PortTable
from aero.process.run_record import Presence, RunRecord
from support.aero.component_run import listening
from support.eventually import eventually
from support.ports import an_offset

START_SECONDS: Final = 600
STOP_SECONDS: Final = 60
CRASHING: Final = ("postgres", "simulator", "localstack", "router")


class Aero:
    """The `aero` command for one platform."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.offset = an_offset()

    def command(self, *arguments: str) -> list[str]:
        """Return the command line."""
        return [sys.executable, "-m", "aero", *arguments]

    @property
    def environment(self) -> dict[str, str]:
        """The environment for this platform."""
        return os.environ | {"AERO_HOME": str(self.home)}

    def run(self, *arguments: str, seconds: float = START_SECONDS) -> subprocess.CompletedProcess[str]:
        """Run the command to its end."""
        return subprocess.run(
            self.command(*arguments), env=self.environment, capture_output=True, text=True, timeout=seconds, check=False
        )

    def record(self) -> RunRecord:
        """Return the record of the running platform."""
        record = RunRecord.running(self.home / "run.json")
        assert record
        return record

    def pid(self, name: str) -> int:
        """Return the pid of a component's program."""
        component = self.record().component(name)
        assert component
        assert component.program
        return component.program.pid

    def restarts(self) -> dict[str, int]:
        """Return the number of restarts of the components that serve again after a crash, by name."""
        parts = self.record().components
        return {part.name: part.restarts for part in parts if part.restarts and part.presence is Presence.serving}

    def processes(self) -> list[psutil.Process]:
        """Return aero and its descendants: guards, programs and their children."""
        aero = self.record().aero.process()
        assert aero
        return [aero, *aero.children(recursive=True)]

    def url(self) -> str:
        """Return the URL of the API."""
        return PortTable(self.offset).url("api")

    def post_pago(self, reference: str) -> str:
        """Create a payment and return its id."""
        body = {"id_afiliado": "afiliado-001", "monto": 100.5, "moneda": "COP", "referencia_pago": reference}
        answer = requests.post(f"{self.url()}/pagos/", json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id_pago"])

    def pago(self, id_pago: str) -> dict[str, Any]:
        """Return the current payment."""
        document: dict[str, Any] = requests.get(f"{self.url()}/pagos/{id_pago}", timeout=30).json()
        return document


@pytest.fixture
def aero(tmp_path: Path) -> Iterator[Aero]:
    """Return the command. Its platform is always stopped at the end."""
    command = Aero(tmp_path / "home")
    yield command
    command.run("down")


@pytest.mark.slow
def test_the_life_of_a_platform(aero: Aero, tmp_path: Path) -> None:
    """The platform serves, is killed, serves again with its data, and stops. Starts are slow, so this is one test."""
    # Given a platform in the background
    up = aero.run("up", "--detach", "--port-offset", str(aero.offset))
    assert up.returncode == 0, up.stdout + up.stderr
    assert f"curl -X POST http://localhost:{8000 + aero.offset}/pagos/" in up.stdout
    assert "\x1b" not in up.stdout
    status = json.loads(aero.run("status", "--json").stdout)
    assert status["healthy"]
    assert {part["name"] for part in status["components"]} == {
        "postgres", "pulsar", "simulator", "localstack", "router"
    }  # fmt: skip
    assert {"pagos-api", "procesar-pagos", "relay", "bridge"} <= {function["name"] for function in status["functions"]}

    # Then a payment is processed at once, since the connector was started with the platform
    first = aero.post_pago("first")
    eventually(lambda: aero.pago(first)["estado"] == "EXITOSO", seconds=30, what="EXITOSO")
    assert "procesar-pagos" in aero.run("logs", "procesar-pagos").stdout
    environment = json.loads((aero.home / "env.local.json").read_text())
    assert environment["PagosApi"]["AWS_ENDPOINT_URL"] == status["endpoint"]

    # And its processes listen on loopback only, on the platform's own ports and perhaps ephemeral ones
    listeners = listening(aero.record().aero.pid)
    assert {address for address, _ in listeners} == {LOOPBACK}
    expected = {port.number for port in PortTable(aero.offset)}
    assert expected <= {port for _, port in listeners}

    # When aero is killed, its processes end too
    processes = aero.processes()
    processes[0].kill()
    _, alive = psutil.wait_procs(processes, timeout=STOP_SECONDS)
    assert alive == []
    killed = aero.run("status")
    assert (killed.returncode, "The last `aero up` (pid " in killed.stderr) == (3, True)

    # And the next start, in the foreground, has the data
    log = tmp_path / "up.log"
    with log.open("wb") as stream:
        foreground = subprocess.Popen(
            aero.command("up", "--port-offset", str(aero.offset)),
            env=aero.environment, stdout=stream, stderr=stream, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    eventually(
        lambda: "The platform is ready" in log.read_text() or foreground.poll() is not None,
        seconds=START_SECONDS, what="platform",
    )  # fmt: skip
    assert foreground.poll() is None, log.read_text()
    assert aero.pago(first)["estado"] == "EXITOSO"
    second = aero.post_pago("second")
    eventually(lambda: aero.pago(second)["estado"] == "EXITOSO", seconds=30, what="EXITOSO")

    # When several components crash at once, they are restarted, and LocalStack gets its deploy again
    for name in CRASHING:
        os.kill(aero.pid(name), signal.SIGKILL)
    eventually(lambda: aero.restarts() == dict.fromkeys(CRASHING, 1), seconds=START_SECONDS, what="restarts")
    assert foreground.poll() is None, log.read_text()
    assert "PostgreSQL crashed at " in log.read_text()
    eventually(lambda: "LocalStack serves again." in log.read_text(), seconds=START_SECONDS, what="LocalStack")
    assert "PostgreSQL restarted once, last at " in aero.run("status").stdout
    third = aero.post_pago("third")
    eventually(lambda: aero.pago(third)["estado"] == "EXITOSO", seconds=60, what="EXITOSO")
    assert aero.pago(first)["estado"] == "EXITOSO"

    # And everything stops on request
    processes = aero.processes()
    foreground.terminate()
    assert foreground.wait(timeout=STOP_SECONDS) == 0
    _, alive = psutil.wait_procs(processes, timeout=STOP_SECONDS)
    assert alive == []
    assert aero.run("status").stderr.startswith("Error: The platform is not running.\n")
