"""A function runs on a Python of this machine."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from localstack_process_executor.sandbox.interpreter import FIXED, Interpreter, interpreter
from support.emulator import Emulator

LOOK = """
import boto3, dateutil, os, sys
def handler(event, context): return ["%d.%d" % sys.version_info[:2], os.environ["AWS_EXECUTION_ENV"], event]
"""
RUNNING = "{}.{}".format(*sys.version_info)


def other_pythons() -> list[str]:
    """The versions, except the running one, that this machine has and functions may ask for."""
    interpreter.cache_clear()
    versions = [f"3.{minor}" for minor in range(10, 15) if f"3.{minor}" != RUNNING]
    return [version for version in versions if interpreter(f"python{version}").version == version]


@pytest.fixture(autouse=True)
def afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the interpreters found before."""
    monkeypatch.delenv(FIXED, raising=False)
    interpreter.cache_clear()


@pytest.mark.parametrize("version", [RUNNING, *other_pythons()])
def test_a_function_runs_on_the_python_that_it_asks_for(localstack: Emulator, name: str, version: str) -> None:
    """It has the runtime's packages and AWS's runtime client, and its errors are returned."""
    function = localstack.deploy(name, LOOK, runtime=f"python{version}")
    assert function.invoke("ñ").payload == [version, f"AWS_Lambda_python{version}", "ñ"]
    function.update("def handler(event, context): raise ValueError('x')")
    assert function.invoke().payload["errorType"] == "ValueError"


def test_a_missing_python_is_replaced_by_the_running_one(
    start_localstack: Callable[[Mapping[str, str]], Emulator], name: str
) -> None:
    """A line in LocalStack's log says so, once."""
    # Given
    localstack = start_localstack({"PATH": "/usr/bin/nothing-here"})
    functions = [localstack.deploy(f"{name}-{number}", LOOK, runtime="python3.10") for number in range(2)]
    # When
    versions = [function.invoke().payload[0] for function in functions]
    # Then
    assert versions == [RUNNING, RUNNING]
    line = f"Functions for python3.10 run on Python {RUNNING}: there is no python3.10 here"
    assert localstack.log.read_text().count(line) == 1


def test_one_python_can_be_set_for_all(start_localstack: Callable[[Mapping[str, str]], Emulator], name: str) -> None:
    """`LAMBDA_PROCESS_PYTHON` is used for all versions, e.g. the Python that layers were built with."""
    localstack = start_localstack({FIXED: sys.executable})
    versions = {
        localstack.deploy(f"{name}-{version[2:]}", LOOK, runtime=f"python{version}").invoke().payload[0]
        for version in ("3.10", "3.12", "3.13")
    }
    assert versions == {RUNNING}


def test_a_version_managers_placeholder_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that only says that it cannot run, or is another version, is not used."""
    wrong = "python3.10" if RUNNING != "3.10" else "python3.12"
    broken = tmp_path / wrong
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert interpreter(wrong) == Interpreter(Path(sys.executable), RUNNING)
    interpreter.cache_clear()
    broken.unlink()
    broken.symlink_to(sys.executable)
    assert interpreter(wrong) == Interpreter(Path(sys.executable), RUNNING)


def test_a_python_too_old_for_the_runtime_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python that boto3 or the runtime's client no longer support is not tried."""
    old = tmp_path / "python3.9"
    old.write_text("#!/bin/sh\necho 3.9\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert interpreter("python3.9").version == RUNNING


def test_a_fixed_python_that_does_not_run_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error is reported, instead of using another Python."""
    monkeypatch.setenv(FIXED, "/nothing/here")
    with pytest.raises(FileNotFoundError, match="/nothing/here"):
        interpreter("python3.13")
    monkeypatch.setenv(FIXED, str(shutil.which("false")))
    with pytest.raises(subprocess.CalledProcessError):
        interpreter("python3.13")
