"""Relay and bridge at a broker with TLS, tokens and permissions: how they are let in, and what they log if not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import uuid4

import pytest

from pulsar_connector import bridge, relay
from pulsar_connector.broker.pulsar_client import pulsar_client
from pulsar_connector.broker.secret import BrokerSecret
from support.aero.certificates import CertificateAuthority
from support.postgres.servers import Server, paths_and_ports, wait_until
from support.pulsar_connector.runs import Run, assert_nothing_is_left
from support.pulsar_connector.secured_pulsar import CONNECTOR, SecuredPulsar, token
from support.pulsar_connector.topics import Topics

if TYPE_CHECKING:
    from support.pulsar_connector.consumer_function import DeclareMapping, SendEvents
    from support.pulsar_connector.fake_aws import FakeAws
    from support.pulsar_connector.outbox_table import OutboxTable

SECRET: Final = "aeropartners/test/pulsar"
FORGED: Final = token(CONNECTOR, key=b"not the key of the broker, but as long")
STRANGER: Final = token("stranger")


@dataclass(frozen=True)
class Secured:
    """The broker, and the secret that it accepts."""

    server: Server
    secret: BrokerSecret


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """One broker for the module."""
    component = SecuredPulsar(*paths_and_ports(tmp_path_factory.mktemp("pulsar")))
    server = Server(component)
    yield Secured(server, BrokerSecret(token=token(CONNECTOR), ca=component.authority.pem))
    server.close()


@pytest.fixture
def broker(secured: Secured) -> Server:
    """The secured broker replaces the brokers of the other tests."""
    return secured.server


@pytest.fixture
def topics(secured: Secured) -> Iterator[Topics]:
    """The topics, for a client with a valid token."""
    with pulsar_client(secured.server.url, secured.secret) as client:
        yield Topics(client, prefix=f"t{uuid4().hex[:8]}.")


class Connector:
    """The secret of relay and bridge."""

    def __init__(self, aws: FakeAws, secured: Secured, monkeypatch: pytest.MonkeyPatch) -> None:
        self._aws = aws
        self._secured = secured
        self._environment = monkeypatch
        monkeypatch.setenv("PULSAR_SECRET", SECRET)
        self.mend()

    def mend(self) -> None:
        """The broker accepts it."""
        self._environment.setenv("PULSAR_URL", self._secured.server.url)
        self.has()

    def has(self, **secret: str) -> None:
        """These fields make the secret wrong."""
        right = {"token": self._secured.secret.token, "ca": self._secured.secret.ca}
        self._aws.secrets[SECRET] = json.dumps(right | secret)

    def calls_the_broker(self, host: str) -> None:
        """The URL has another name than the broker's certificate."""
        self._environment.setenv("PULSAR_URL", self._secured.server.url.replace("127.0.0.1", host))


@pytest.fixture
def connector(aws: FakeAws, secured: Secured, topics: Topics, monkeypatch: pytest.MonkeyPatch) -> Connector:
    """Declare the outbox of payments, and make clients give up soon."""
    routes = {"PagoPendiente": topics.name("pending")}
    aws.parameters = {"/aeropartners/test/connector/outboxes/pagos": json.dumps({"schema": "pagos", "routes": routes})}
    monkeypatch.setattr("pulsar_connector.broker.pulsar_client.OPERATION_TIMEOUT_SECONDS", 1)
    return Connector(aws, secured, monkeypatch)


@pytest.mark.usefixtures("connector")
def test_with_token_and_ca_an_event_reaches_its_consumer(outbox: OutboxTable, mapping: DeclareMapping) -> None:
    """It travels from the outbox through relay, broker and bridge."""
    function = mapping()
    with Run(relay.handler), Run(bridge.handler):
        event_id = outbox.add()
        wait_until(lambda: function.has(event_id), timeout=20, what="event at the consumer")
        wait_until(lambda: outbox.pending() == 0, timeout=10, what="empty outbox")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"token": FORGED}, "can be reached; if this goes on, it refuses the token"),
        ({"token": ""}, "can be reached; if this goes on, it refuses a client without a token"),
        ({"token": STRANGER}, "AuthorizationError"),
        ({"ca": CertificateAuthority("Another").pem}, "certificate verify failed: unable to get local issuer"),
        ({"ca": ""}, "certificate verify failed: unable to get local issuer"),
        ({}, "certificate verify failed: Hostname mismatch, certificate is not valid for 'localhost'"),
    ],
    ids=["forged token", "no token", "a stranger's token", "another authority", "public authorities", "another name"],
)  # fmt: skip
def test_the_relay_says_why_it_is_not_let_in(
    *, wrong: dict[str, str], said: str, connector: Connector, secured: Secured, outbox: OutboxTable, topics: Topics,
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Nothing is published or marked, and no log has a token; after the correction, the next run publishes."""
    connector.has(**wrong)
    if not wrong:
        connector.calls_the_broker("localhost")
    event_id = outbox.add()
    with Run(relay.handler):
        wait_until(lambda: said in logged(caplog), timeout=20, what=said)
        assert (outbox.pending(), outbox.total()) == (1, 0)
    connector.mend()
    with Run(relay.handler):
        assert [message.properties()["id"] for message in topics.read("pending", until=bool)] == [event_id]
        wait_until(lambda: outbox.pending() == 0, timeout=10, what="empty outbox")
    assert topics.is_empty("pending")
    printed = logged(caplog) + "".join(capfd.readouterr())
    assert not [secret for secret in (FORGED, STRANGER, secured.secret.token) if secret in printed]


def test_the_bridge_says_why_it_is_not_let_in(
    connector: Connector, mapping: DeclareMapping, send: SendEvents, caplog: pytest.LogCaptureFixture
) -> None:
    """After the correction, the next run delivers."""
    function = mapping()
    connector.has(token=FORGED)
    [event_id] = send()
    with Run(bridge.handler):
        wait_until(lambda: "it refuses the token" in logged(caplog), timeout=20, what="reason")
    assert not function.batches
    connector.mend()
    with Run(bridge.handler):
        wait_until(lambda: function.has(event_id), timeout=20, what="event at the consumer")


@pytest.mark.usefixtures("connector")
def test_nothing_is_left_of_a_run(outbox: OutboxTable, topics: Topics) -> None:
    """Threads, files and sessions do not grow from run to run."""

    def one_run() -> None:
        with Run(relay.handler):
            event_id = outbox.add()
            assert [message.properties()["id"] for message in topics.read("pending", until=bool)] == [event_id]
        wait_until(lambda: outbox.sessions() == 0, timeout=10, what="end of the session")

    assert_nothing_is_left(one_run)


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """Return our own log with every field."""
    return caplog.text + "\n".join(str(record.__dict__) for record in caplog.records)
