"""Measures a function's own time: nothing but a Runtime API drives it."""

import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

from emulators import code

from localstack_process_executor.runtime.runtime_api import CallKind, RuntimeApi, RuntimeCall
from localstack_process_executor.runtime.steps import drive

EVENTS = 500
EVENT = (Path(__file__).parent / "event.json").read_bytes()  # made by API Gateway from the benchmark's request


def own_seconds() -> float:
    """Return the median time in which the Chalice function takes an event, answers, and asks for the next one."""
    with tempfile.TemporaryDirectory() as name:
        code(Path(name))
        return _median(Path(name) / "code")


def _median(folder: Path) -> float:
    api = RuntimeApi()
    with subprocess.Popen(
        [sys.executable, "-c", "from awslambdaric.__main__ import main; main(['', 'app.app'])"],
        cwd=folder,
        env={"AWS_LAMBDA_RUNTIME_API": api.address, "PYTHONPATH": str(folder), "LAMBDA_TASK_ROOT": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        times = []
        next_call = _receive(api)
        for _ in range(EVENTS):
            headers = {
                "Lambda-Runtime-Aws-Request-Id": str(uuid.uuid4()),
                "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + 30_000),
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:000000000000:function:hello",
            }
            began = time.perf_counter()
            next_call.answer(200, EVENT, headers)
            answer = _receive(api)
            assert answer.kind is CallKind.RESPONSE, answer.body
            answer.answer(202)
            next_call = _receive(api)
            times.append(time.perf_counter() - began)
        process.kill()
    api.close()
    return statistics.median(times)


def _receive(api: RuntimeApi) -> RuntimeCall:
    call = drive(api.receive(until=time.monotonic() + 10, is_alive=lambda: True))
    assert call
    return call
