"""A function's process as LocalStack's plugin starts it, driven directly by a Runtime API of our own."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self
from uuid import uuid4

import psutil

from aero.deploy.build import build, build_folder
from aero.platform.progress.events import Step
from aero.run.components.localstack_environment import LocalStackEnvironment

if TYPE_CHECKING:
    from aero.platform.paths import Paths

# The plugin makes a Python with only the packages of AWS's runtime, as for a deployed function.
_MAKE_RUNTIME: Final = """\
import sys
from pathlib import Path
from localstack_process_executor.sandbox import interpreter, isolation
print(isolation.runtime(interpreter.interpreter(""), Path(sys.argv[1])).python)
"""
_INVOCATION: Final = (
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n"
    "Lambda-Runtime-Aws-Request-Id: {request_id}\r\nLambda-Runtime-Deadline-Ms: {deadline}\r\n"
    "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:000000000000:function:benchmark\r\n"
    "Lambda-Runtime-Trace-Id: Root=1-6b06b6a0-b461a58c2ce97c60b3fa3c2c;Parent=d161d5e0b63b89a2;Sampled=0\r\n\r\n"
)
_ACCEPTED: Final = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"


class Runtime:
    """The functions' runtime: the packages built for a deploy, on the plugin's own Python."""

    def __init__(self, paths: Paths) -> None:
        step = Step("benchmark", lambda _event: None)
        asyncio.run(build(paths, step))
        localstack = LocalStackEnvironment(paths)
        asyncio.run(localstack.install(step))
        command = [str(localstack.python), "-c", _MAKE_RUNTIME, str(paths.run)]
        made = subprocess.run(
            command, env={"LAMBDA_PROCESS_PYTHON": sys.executable}, check=True, capture_output=True, text=True
        )
        self.python = made.stdout.strip()
        self._built = build_folder(paths)
        self._seedwork = paths.project / "layers/seedwork/python"

    def variables(self, package: str, **given: str) -> dict[str, str]:
        """Return the environment of a function with this package; this folder is on its path for bare functions."""
        code = [self._built / package, Path(__file__).parent, Path(__file__).parents[2], self._seedwork]
        layers = [self._built / name / "python" for name in ("DependenciesLayer", "PulsarLayer")]
        return {
            "PYTHONPATH": ":".join(map(str, [*code, *layers])),
            "LAMBDA_TASK_ROOT": str(self._built / package),
            "AWS_EXECUTION_ENV": "AWS_Lambda_python{}.{}".format(*sys.version_info),
            "AWS_LAMBDA_FUNCTION_NAME": "benchmark",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "POWERTOOLS_SERVICE_NAME": "benchmark",
            "POWERTOOLS_METRICS_NAMESPACE": "benchmark",
            "LANG": "en_US.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",  # on Lambda a package is read-only, and ours must stay as deployed
            **given,
        }


class FunctionProcess:
    """A process of a function, which gets one event after another."""

    def __init__(self, runtime: Runtime, handler: str, variables: Mapping[str, str]) -> None:
        """Start the process, and return when it asks for its first event."""
        self._written = bytearray()
        self._output, output = os.pipe()
        os.set_blocking(self._output, False)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(30)
        host, port = self._listener.getsockname()
        self._process = subprocess.Popen(
            [runtime.python, "-s", "-m", "awslambdaric", handler],
            env={**variables, "AWS_LAMBDA_RUNTIME_API": f"{host}:{port}"},
            stdout=output,
            stderr=output,
        )
        os.close(output)
        self._connection, _ = self._listener.accept()
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection.settimeout(30)
        self._receive()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._connection.close()
        self._listener.close()
        os.close(self._output)

    def invoke(self, event: bytes) -> bytes:
        """Send an event and return the answer, once the process asks for the next event."""
        self._read_log()  # a pipe holds the log of some hundred requests
        deadline = int(time.time() * 1000) + 20_000
        head = _INVOCATION.format(length=len(event), request_id=uuid4(), deadline=deadline)
        self._connection.sendall(head.encode() + event)
        line, answer = self._receive()
        assert line.endswith(b"/response HTTP/1.1"), self.log
        self._connection.sendall(_ACCEPTED)
        self._receive()
        return answer

    @property
    def cpu_seconds(self) -> float:
        """Return the user and system time so far."""
        with suppress(AttributeError, OSError):  # on Linux to the nanosecond: clock_getcpuclockid(3)
            return time.clock_gettime(~self._process.pid << 3 | 2)
        times = psutil.Process(self._process.pid).cpu_times()
        return times.user + times.system

    @property
    def log(self) -> str:
        """Return the process's output so far."""
        self._read_log()
        return self._written.decode()

    def _read_log(self) -> None:
        with suppress(BlockingIOError):
            while data := os.read(self._output, 1 << 16):
                self._written += data

    def _receive(self) -> tuple[bytes, bytes]:
        """Receive the next request; return its first line and its body."""
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        line, *headers = head.split(b"\r\n")
        length = next((int(header[15:]) for header in headers if header.lower().startswith(b"content-length:")), 0)
        while len(body) < length:
            body += self._more()
        return line, body

    def _more(self) -> bytes:
        data = self._connection.recv(1 << 16)
        assert data, self.log
        return data
