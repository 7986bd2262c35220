"""One LocalStack for the session; tests that end LocalStack start their own."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from emulator import Emulator

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def localstack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The LocalStack that most tests share."""
    emulator = Emulator(tmp_path_factory.mktemp("localstack"))
    yield emulator
    emulator.kill()


@pytest.fixture
def start_localstack(localstack: Emulator, tmp_path: Path) -> Iterator[Callable[[Mapping[str, str]], Emulator]]:
    """Starts a LocalStack for one test, with these variables besides the usual ones."""
    started: list[Emulator] = []

    def start(variables: Mapping[str, str]) -> Emulator:
        started.append(Emulator(tmp_path / f"localstack-{len(started)}", variables, index_from=localstack.folder))
        return started[-1]

    yield start
    for emulator in started:
        emulator.kill()


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A name for the test's function that no other test uses."""
    return f"{request.node.originalname.removeprefix('test_').replace('_', '-')[:40]}-{next(_numbers)}"
