"""The proxy on moto's DynamoDB, with a Lambda that behaves as the test says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import boto3
import pytest
from aws_lambda_powertools.utilities.circuit_breaker import base
from moto import mock_aws

from campanas_proxy.composition_root import Proxy, make_proxy
from campanas_proxy.instances.breaker import PRIMARY_CIRCUIT
from support.campanas_proxy.instances import SETTINGS, BreakersTable, FakeInvoker
from support.lambda_events import proxy_event


class Environment:
    """One execution environment of the proxy, in a thread of its own, since Powertools keeps its state per thread."""

    def __init__(self, session: boto3.session.Session, invoker: FakeInvoker) -> None:
        self._thread = ThreadPoolExecutor(1)
        self.proxy: Proxy = self._thread.submit(make_proxy, SETTINGS, session, invoker).result()

    def forward(self, method: str = "GET", path: str = "/campaigns/7", **fields: Any) -> dict[str, Any]:
        """Forward a request and return the answer."""
        event = proxy_event(method, path, resource="/campaigns/{proxy+}", **fields)
        event["requestContext"]["requestId"] = str(uuid4())
        return self._thread.submit(self.proxy.forwarder.forward, event).result()

    def forget(self) -> None:
        """Let the second end for which the environment remembers the circuit."""
        self.proxy.circuits._cache.clear()

    def circuit(self, name: str = PRIMARY_CIRCUIT) -> str:
        """Return the state of a circuit."""
        return str(self.proxy.circuits.get_state(name).state.value)

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()


@pytest.fixture(scope="session")
def session() -> boto3.session.Session:
    """Return one session for all tests: it loads botocore's model of DynamoDB, which takes longer than a test."""
    return boto3.session.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="us-east-1")


@pytest.fixture
def table(session: boto3.session.Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[BreakersTable]:
    """Return the table of breakers on moto."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "test")
    for name in ("_LOCAL_FAILURES", "_LOCAL_SUCCESSES", "_LAST_OBSERVED_STATE"):
        monkeypatch.setattr(base, name, {})
    monkeypatch.setattr(base, "_PROBE_OWNER", threading.local())
    with mock_aws():
        yield BreakersTable(session)


@pytest.fixture
def invoker() -> FakeInvoker:
    """Return a Lambda on which both instances answer."""
    return FakeInvoker()


@pytest.fixture
def environments(
    table: BreakersTable, session: boto3.session.Session, invoker: FakeInvoker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[Environment]]:
    """Return two environments of the proxy that share the table and do not sleep between rounds."""
    del table
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    made = [Environment(session, invoker), Environment(session, invoker)]
    yield made
    for environment in made:
        environment.close()


@pytest.fixture
def environment(environments: list[Environment]) -> Environment:
    """Return one of the environments."""
    return environments[0]
