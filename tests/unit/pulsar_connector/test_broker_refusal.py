"""What a broker's answer to a client's first words means."""

from __future__ import annotations

import socketserver
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pulsar_connector.broker_refusal import broker_refusal
from pulsar_connector.broker_secret import BrokerSecret

if TYPE_CHECKING:
    from collections.abc import Iterator

CONNECTED = bytes.fromhex("0000000f 0000000b 0803 1a07 0a03 332e31 1013")
ERROR = bytes.fromhex("00000018 00000014 080e 7210 08ffffffff0f 1003 1a06")
TOKEN = "tell-nobody"


@contextmanager
def a_broker(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Its URL, and what it was sent."""
    received: list[bytes] = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            """Answer the first words."""
            received.append(self.request.recv(65_536))
            self.request.sendall(answer)

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,)).start()
        yield f"pulsar://127.0.0.1:{server.server_address[1]}", received
        server.shutdown()


def test_a_broker_that_accepts_us_is_no_refusal() -> None:
    """It was told who we are, as the client would."""
    with a_broker(CONNECTED) as (url, received):
        assert broker_refusal(url, BrokerSecret(token=TOKEN)) == ""
    connect = b"\x0a\x0caeropartners" + b"\x1a\x0btell-nobody" + b"\x2a\x05token" + b"\x20\x13"
    command = b"\x08\x02\x12" + bytes([len(connect)]) + connect
    sizes = (len(command) + 4).to_bytes(4, "big") + len(command).to_bytes(4, "big")
    assert received == [sizes + command]


def test_what_the_broker_says_is_passed_on() -> None:
    """With the address that it has."""
    with a_broker(ERROR + b"go off") as (url, _):
        address = url.removeprefix("pulsar://")
        assert broker_refusal(url, BrokerSecret(token=TOKEN)) == f"{address}: the broker refuses the token: go off"
        assert broker_refusal(url, BrokerSecret()) == f"{address}: the broker refuses a client without a token: go off"


def test_a_broker_that_repeats_the_token_is_not_quoted() -> None:
    """The log is read by more people than the secret."""
    said = b"no: tell-nobody"
    command = b"\x08\x0e\x72" + bytes([len(said) + 2]) + b"\x1a" + bytes([len(said)]) + said
    sizes = (len(command) + 4).to_bytes(4, "big") + len(command).to_bytes(4, "big")
    with a_broker(sizes + command) as (url, _):
        assert broker_refusal(url, BrokerSecret(token=TOKEN)).endswith("the broker refuses the token: no: …")


@pytest.mark.parametrize(
    "answer", [b"", b"\x00\x00\x00\x05\x00\x00\x00\x01\x80", ERROR, b"HTTP/1.1 400 Bad Request\r\n"]
)
def test_nonsense_is_no_failure_of_ours(answer: bytes) -> None:
    """The worker that failed must be able to start again."""
    with a_broker(answer) as (url, _):
        assert isinstance(broker_refusal(url, BrokerSecret()), str)


@pytest.mark.parametrize(
    ("url", "reason"), [("pulsar://127.0.0.1:1", "127.0.0.1:1: [Errno"), ("pulsar+ssl://a..b", "a..b:6651: ")]
)
def test_a_broker_that_is_not_there_is_named(url: str, reason: str) -> None:
    """Whatever is wrong with its name."""
    assert broker_refusal(url, BrokerSecret()).startswith(reason)
