"""Execution environments without LocalStack."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from localstack_process_executor.runtime.environment import (
    Environment,
    FunctionSpec,
)
from localstack_process_executor.runtime.logs import LogEvent, LogStream
from localstack_process_executor.sandbox import isolation
from localstack_process_executor.sandbox.interpreter import interpreter
from support.environments import Make


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> isolation.Runtime:
    """The runtime that all environments share."""
    version = "python{}.{}".format(*sys.version_info)
    return isolation.runtime(interpreter(version), tmp_path_factory.mktemp("runtime"))


@pytest.fixture
def lines() -> list[str]:
    """The logged lines."""
    return []


@pytest.fixture
def make(runtime: isolation.Runtime, tmp_path: Path, lines: list[str]) -> Iterator[Make]:
    """Make environments; they are stopped after the test."""
    made: list[Environment] = []

    def publish(events: Iterable[LogEvent]) -> None:
        lines.extend(event.message.removesuffix("\n") for event in events)

    def environment(code: str, *, timeout: float = 30, **files: str) -> Environment:
        task_root, folder = tmp_path / "task", tmp_path / "environment"
        for path in (task_root, folder):
            path.mkdir()
        for name, content in {"app": code, **files}.items():
            (task_root / f"{name}.py").write_text(content)
        spec = FunctionSpec(
            name="test",
            version="$LATEST",
            handler="app.handler",
            task_root=task_root,
            layers=(),
            timeout=timeout,
            memory_size_mb=128,
            variables={},
        )
        made.append(Environment(spec=spec, runtime=runtime, folder=folder, log=LogStream(publish)))
        return made[-1]

    yield environment
    for one in made:
        one.stop(at_once=True)
