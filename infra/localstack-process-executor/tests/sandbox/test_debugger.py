"""Functions can wait for a debugger: `LAMBDA_PROCESS_DEBUG`."""

import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import pytest

from localstack_process_executor.sandbox import debugger
from support.emulator import Emulator
from support.waiting import eventually, free_port

CODE = """import os, time
def handler(event, context):
    seen = [event, context.get_remaining_time_in_millis()]
    time.sleep(1.5)
    return seen
"""
LINE = 4  # the sleep


class DebugClient:
    """The part of the Debug Adapter Protocol that an editor needs to stop at a line."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.stream = connection.makefile("rb")
        self._numbers = count(1)
        self._events: list[dict[str, Any]] = []

    def send(self, command: str, **arguments: Any) -> int:
        """Send a request; return its number."""
        number = next(self._numbers)
        body = json.dumps({"seq": number, "type": "request", "command": command, "arguments": arguments}).encode()
        self._connection.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        return number

    def call(self, command: str, **arguments: Any) -> dict[str, Any]:
        """Send a request and wait for the answer."""
        number = self.send(command, **arguments)
        return self._wait(lambda message: message.get("request_seq") == number)

    def event(self, name: str) -> dict[str, Any]:
        """Wait for an event."""
        return self._wait(lambda message: message.get("event") == name)

    def attach(self, file: str, line: int) -> None:
        """Attach with a breakpoint, and let the process go on."""
        self.call("initialize", adapterID="test", pathFormat="path")
        attached = self.send("attach", justMyCode=False)
        self.event("initialized")
        self.call("setBreakpoints", source={"path": file}, breakpoints=[{"line": line}])
        self.call("configurationDone")
        self._wait(lambda message: message.get("request_seq") == attached)

    def value_at_stop(self, expression: str) -> str:
        """Wait for a stop and evaluate an expression there."""
        thread = self.event("stopped")["body"]["threadId"]
        frame = self.call("stackTrace", threadId=thread)["body"]["stackFrames"][0]["id"]
        value = str(self.call("evaluate", expression=expression, frameId=frame, context="watch")["body"]["result"])
        self.call("continue", threadId=thread)
        return value

    def _wait(self, is_it: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        for message in self._events:
            if is_it(message):
                self._events.remove(message)
                return message
        while True:
            length = 0
            while (header := self.stream.readline().strip()) != b"":
                length = int(header.partition(b":")[2])
            message = json.loads(self.stream.read(length))
            if is_it(message):
                return dict(message)
            self._events.append(message)


@contextmanager
def attached(port: int, file: str) -> Iterator[DebugClient]:
    """Attach a debugger at a function's port, as soon as the function waits there."""

    def connect() -> socket.socket | None:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=30)
        except ConnectionRefusedError:
            return None

    connection = eventually(connect, within=20)
    assert connection
    client = DebugClient(connection)
    with connection, client.stream:
        client.attach(file, LINE)
        yield client


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """The folder that functions run from, so that the paths of breakpoints are the author's own."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "app.py").write_text(CODE)
    return folder


def test_two_functions_wait_for_a_debugger_each(
    start_localstack: Callable[[Mapping[str, str]], Emulator], name: str, sources: Path
) -> None:
    """Each stops at its breakpoint for longer than its timeout, and others do not wait."""
    # Given
    ports = {f"{name}-a": free_port(), f"{name}-b": free_port()}
    localstack = start_localstack({debugger.SWITCH: ",".join(f"{one}={port}" for one, port in ports.items())})
    functions = [localstack.deploy_from(sources, one, timeout=1) for one in ports]
    other = localstack.deploy(f"{name}-c", "def handler(event, context): return 'not debugged'", timeout=1)
    with ThreadPoolExecutor(2) as pool:
        # When
        waiting = [pool.submit(function.invoke, function.name) for function in functions]
        assert other.invoke().payload == "not debugged"
        for function in functions:
            assert not waiting[functions.index(function)].done()
            with attached(ports[function.name], str(sources / "app.py")) as client:
                assert client.value_at_stop("event") == repr(function.name)
                # Then
                answer = waiting[functions.index(function)].result(timeout=20)
            assert answer.error is None
            assert answer.payload[0] == function.name
            assert answer.payload[1] > 3_600_000
            assert f"Waiting for a debugger on 127.0.0.1:{ports[function.name]}\n" in answer.log
    # And nothing of the debugger, which has helpers outside of the process group, stays when LocalStack is gone
    processes = [process for process in psutil.process_iter() if function_of(process, localstack) in ports]
    assert len(processes) >= len(ports)
    localstack.kill()
    assert psutil.wait_procs(processes, timeout=10)[1] == []


def function_of(process: psutil.Process, localstack: Emulator) -> str:
    """Return the function of this LocalStack to which a process belongs, or None."""
    try:
        variables = process.environ()
    except psutil.Error:
        return ""
    is_ours = Path(variables.get("TMPDIR", "/")).is_relative_to(localstack.folder)
    return variables.get("AWS_LAMBDA_FUNCTION_NAME", "") if is_ours else ""


def test_a_second_process_of_a_function_does_not_wait(
    start_localstack: Callable[[Mapping[str, str]], Emulator], name: str, sources: Path
) -> None:
    """A port is for one process: a second one needed at the same time runs without, and its log says so."""
    # Given
    port = free_port()
    localstack = start_localstack({debugger.SWITCH: f"{name}={port}"})
    function = localstack.deploy_from(sources, name, timeout=3)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(function.invoke, "first")
        function.wait_for_log("Waiting for a debugger")
        # When
        second = function.invoke("second")
        # Then
        assert second.payload[0] == "second"
        assert "No debugger for this process" in second.log
        with attached(port, str(sources / "app.py")) as client:
            assert client.value_at_stop("event") == "'first'"
            assert first.result(timeout=20).payload[0] == "first"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", {}),
        ("orders=5678", {"orders": 5678}),
        (" orders=5678, billing=5679 ,", {"orders": 5678, "billing": 5679}),
    ],
)
def test_the_switch_names_functions_and_ports(
    value: str, expected: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The switch is a list of `NAME=PORT`, separated by commas."""
    monkeypatch.setenv(debugger.SWITCH, value)
    names = ("orders", "billing", "other")
    assert {name: port for name in names if (port := debugger.port(name))} == expected


@pytest.mark.parametrize("value", ["orders", "orders=", "orders=x", "orders=1,billing=1", "orders=1,orders=2"])
def test_a_malformed_switch_is_reported(
    value: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The log says once what was expected, and no function waits."""
    monkeypatch.setenv(debugger.SWITCH, value)
    debugger._ports.cache_clear()
    assert debugger.port("orders") is debugger.port("billing") is None
    assert caplog.text.count("expected NAME=PORT") == 1


def test_without_debugpy_the_function_says_what_is_missing(
    start_localstack: Callable[[Mapping[str, str]], Emulator], name: str, tmp_path: Path
) -> None:
    """The function is `Failed`, with the remedy, and others work."""
    # Given an environment in which debugpy cannot be found
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['debugpy'] = None\n")
    localstack = start_localstack({debugger.SWITCH: f"{name}={free_port()}", "PYTHONPATH": str(tmp_path)})
    # When
    localstack.deploy(name, CODE)
    # Then
    state = localstack.lambda_.get_function_configuration(FunctionName=name)
    assert state["State"] == "Failed"
    assert "pip install localstack-process-executor[debug]" in state["StateReason"]
    assert localstack.deploy(f"{name}-other", CODE, timeout=5).invoke(1).payload[0] == 1


def test_the_time_of_a_debugged_function_does_not_run_out() -> None:
    """Its limit is longer than any session."""
    assert time.time() + debugger.TIMEOUT > time.time() + 24 * 3600
