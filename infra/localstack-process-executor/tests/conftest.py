"""One LocalStack for the session; tests that end LocalStack start their own."""

import itertools
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import boto3
import pytest

from dynalite_process import REFERENCE, dynalite
from dynamodb_table import Table
from emulator import REGION, Emulator
from rest_api import Api, api_in_every_condition

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


@pytest.fixture(scope="session")
def dynalite_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running dynalite."""
    with dynalite(tmp_path_factory.mktemp("reference") / "dynalite") as url:
        yield url


@pytest.fixture
def table(request: pytest.FixtureRequest, name: str) -> Iterator[Table]:
    """A table of the implementation that the test is run with."""
    which = request.param
    if which == "process":
        client = request.getfixturevalue("localstack").client("dynamodb")
    else:
        url = request.getfixturevalue("dynalite_url") if which == "dynalite" else os.environ[REFERENCE]
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"} if "amazonaws.com" not in url else {}
        client = boto3.client("dynamodb", endpoint_url=url, region_name=REGION, **keys)
    with closing(client):
        yield Table(client, name)
        client.delete_table(TableName=name)


@pytest.fixture(scope="module")
def api(localstack: Emulator) -> Iterator[Api]:
    """A REST API in front of functions in every condition."""
    with api_in_every_condition(localstack) as api:
        yield api
