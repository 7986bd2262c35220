"""Most tests share one LocalStack; tests that end LocalStack start their own."""

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import Any

import boto3
import pytest

from support.account import REGION
from support.dynalite_process import REFERENCE, dynalite
from support.dynamodb_table import Table
from support.emulator import INDEX_OF_SERVICES, Emulator
from support.rest_api import Api, api_in_every_condition

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """LocalStack's index of AWS's services, which every LocalStack here shares."""
    root = tmp_path_factory.mktemp("index")
    (root / INDEX_OF_SERVICES).mkdir(parents=True)
    variables = {"FILESYSTEM_ROOT": str(root), "OVERRIDE_IN_DOCKER": "0", "HOME": str(root)}
    subprocess.run([sys.executable, "-m", "localstack.aws.spec"], check=True, env=variables, cwd=root)
    return root / INDEX_OF_SERVICES


@pytest.fixture(scope="session")
def localstack(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """The LocalStack that most tests share."""
    emulator = Emulator(tmp_path_factory.mktemp("localstack"), index=index)
    yield emulator
    emulator.kill()


@pytest.fixture
def start_localstack(index: Path, tmp_path: Path) -> Iterator[Callable[[Mapping[str, str]], Emulator]]:
    """Start a LocalStack for one test, with further variables."""
    started: list[Emulator] = []

    def start(variables: Mapping[str, str]) -> Emulator:
        started.append(Emulator(tmp_path / f"localstack-{len(started)}", variables, index))
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
    """A table of the implementation under test."""
    which = request.param
    if which == "process":
        client = request.getfixturevalue("localstack").client("dynamodb")
        in_use: AbstractContextManager[Any] = nullcontext()
    else:
        url = request.getfixturevalue("dynalite_url") if which == "dynalite" else os.environ[REFERENCE]
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"} if "amazonaws.com" not in url else {}
        client = boto3.client("dynamodb", endpoint_url=url, region_name=REGION, **keys)
        in_use = closing(client)
    with in_use:
        yield Table(client, name)
        client.delete_table(TableName=name)


@pytest.fixture(scope="module")
def api(localstack: Emulator) -> Iterator[Api]:
    """A REST API in front of functions in every condition."""
    with api_in_every_condition(localstack) as api:
        yield api
