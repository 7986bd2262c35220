"""The whole platform by the command that people type: starts, `kill -9` of it and of its parts, and its end."""

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
    """The command, for one platform."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.offset = an_offset()

    def command(self, *arguments: str) -> list[str]:
        """Its words."""
        return [sys.executable, "-m", "aero", *arguments]

    @property
    def environment(self) -> dict[str, str]:
        """Of its own platform."""
        return os.environ | {"AERO_HOME": str(self.home)}

    def run(self, *arguments: str, seconds: float = START_SECONDS) -> subprocess.CompletedProcess[str]:
        """Until it ends."""
        return subprocess.run(
            self.command(*arguments), env=self.environment, capture_output=True, text=True, timeout=seconds, check=False
        )

    def record(self) -> RunRecord:
        """What runs."""
        record = RunRecord.running(self.home / "run.json")
        assert record
        return record

    def pid(self, name: str) -> int:
        """Of a component's program."""
        component = self.record().component(name)
        assert component
        assert component.program
        return component.program.pid

    def restarts(self) -> dict[str, int]:
        """Of what has come back from a crash and serves, by name."""
        parts = self.record().components
        return {part.name: part.restarts for part in parts if part.restarts and part.presence is Presence.serving}

    def processes(self) -> list[psutil.Process]:
        """Aero, guards, programs and all below them."""
        aero = self.record().aero.process()
        assert aero
        return [aero, *aero.children(recursive=True)]

    def url(self) -> str:
        """The API."""
        return PortTable(self.offset).url("api")

    def post_pago(self, reference: str) -> str:
        """The id of a new payment."""
        body = {"id_afiliado": "afiliado-001", "monto": 100.5, "moneda": "COP", "referencia_pago": reference}
        answer = requests.post(f"{self.url()}/pagos/", json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id_pago"])

    def pago(self, id_pago: str) -> dict[str, Any]:
        """As it is now."""
        document: dict[str, Any] = requests.get(f"{self.url()}/pagos/{id_pago}", timeout=30).json()
        return document


@pytest.fixture
def aero(tmp_path: Path) -> Iterator[Aero]:
    """Stopped at the end, whatever happened."""
    command = Aero(tmp_path / "home")
    yield command
    command.run("down")


@pytest.mark.slow
def test_the_life_of_a_platform(aero: Aero, tmp_path: Path) -> None:
    """One test, since each start takes seconds: it is served, killed, served again with its data, and ends well."""
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

    # And all that listens does so on loopback alone, nothing of it outside of the platform's own ports but ephemeral
    listeners = listening(aero.record().aero.pid)
    assert {address for address, _ in listeners} == {LOOPBACK}
    expected = {port.number for port in PortTable(aero.offset)}
    assert expected <= {port for _, port in listeners}

    # When aero is killed, everything goes with it
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

    # When components crash, at once, they come back, LocalStack with all that is deployed to it
    for name in CRASHING:
        os.kill(aero.pid(name), signal.SIGKILL)
    eventually(lambda: aero.restarts() == dict.fromkeys(CRASHING, 1), seconds=START_SECONDS, what="restarts")
    assert foreground.poll() is None, log.read_text()
    assert "PostgreSQL crashed at " in log.read_text()
    assert "LocalStack serves again." in log.read_text()
    assert "PostgreSQL restarted once, last at " in aero.run("status").stdout
    third = aero.post_pago("third")
    eventually(lambda: aero.pago(third)["estado"] == "EXITOSO", seconds=60, what="EXITOSO")
    assert aero.pago(first)["estado"] == "EXITOSO"

    # And all of it stops when it is asked to
    processes = aero.processes()
    foreground.terminate()
    assert foreground.wait(timeout=STOP_SECONDS) == 0
    _, alive = psutil.wait_procs(processes, timeout=STOP_SECONDS)
    assert alive == []
    assert aero.run("status").stderr.startswith("Error: The platform is not running.\n")
