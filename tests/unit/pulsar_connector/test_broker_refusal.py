"""The log says why a broker refuses the connection."""

from __future__ import annotations

import socket

import pulsar
import pytest

from pulsar_connector.broker.pulsar_client import BrokerUnavailableError
from pulsar_connector.broker.refusal import broker_refusal
from pulsar_connector.broker.secret import BrokerSecret


@pytest.mark.parametrize(("secret", "who"), [(BrokerSecret(token="x"), "the token"), (BrokerSecret(), "a client with")])
@pytest.mark.parametrize("error", [pulsar.Timeout(), BrokerUnavailableError("Timeout")])
def test_a_reachable_broker_is_reported_to_refuse_the_client(secret: BrokerSecret, who: str, error: Exception) -> None:
    """The client reports only a timeout, so the diagnosis says that the broker can be reached."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        assert broker_refusal(f"pulsar://{address}", secret, error).startswith(
            f"{address} can be reached; if this goes on, it refuses {who}"
        )


@pytest.mark.parametrize(
    ("url", "reason"), [("pulsar://127.0.0.1:1", "127.0.0.1:1: [Errno"), ("pulsar+ssl://a..b", "a..b:6651: ")]
)
def test_an_absent_broker_is_named(url: str, reason: str) -> None:
    """The diagnosis names the broker's address."""
    assert broker_refusal(url, BrokerSecret(), pulsar.ConnectError()).startswith(reason)


def test_an_error_of_something_else_gets_no_diagnosis() -> None:
    """An error of the database, say, gets no diagnosis of the broker."""
    assert broker_refusal("pulsar://127.0.0.1:1", BrokerSecret(), OSError("gone")) == ""
