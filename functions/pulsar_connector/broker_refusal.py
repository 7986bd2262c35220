"""Why a broker does not let us in, which pulsar-client does not tell.

A token that is refused is TimeOut to the client, whatever the level of its log; a certificate that is not trusted, or
is another host's, is ConnectError.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import closing
from typing import TYPE_CHECKING, Final

import certifi

from pulsar_connector.binary_protocol import HEADER_BYTES, command_size, connect_frame, error_message
from pulsar_connector.service_url import ServiceUrl

if TYPE_CHECKING:
    from pulsar_connector.broker_secret import BrokerSecret

PATIENCE_SECONDS: Final = 1.0  # for each step; all of them fit into the reserve of a run
LARGEST_ANSWER_BYTES: Final = 65_536


def broker_refusal(service_url: str, secret: BrokerSecret) -> str:
    """What happens to a connection that is made as the client makes it; empty when the broker accepts it."""
    url = ServiceUrl.parse(service_url)
    host, port = url.addresses[0]
    try:
        with closing(socket.create_connection((host, port), timeout=PATIENCE_SECONDS)) as plain:
            if url.encrypted:
                with _tls_context(secret).wrap_socket(plain, server_hostname=host) as encrypted:
                    refusal = _answer(encrypted, secret.token)
            else:
                refusal = _answer(plain, secret.token)
    except (OSError, ValueError, IndexError) as error:
        refusal = str(error)
    return f"{host}:{port}: {refusal}" if refusal else ""


def _tls_context(secret: BrokerSecret) -> ssl.SSLContext:
    ca_file = None if secret.ca else certifi.where()
    context = ssl.create_default_context(cafile=ca_file, cadata=secret.ca or None)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # the client is not that strict
    return context


def _answer(connection: socket.socket, token: str) -> str:
    connection.sendall(connect_frame(token))
    with connection.makefile("rb") as stream:
        header = stream.read(HEADER_BYTES)
        if not header:
            return "the connection was closed without an answer; does the URL say rightly whether the port speaks TLS?"
        message = error_message(stream.read(min(command_size(header), LARGEST_ANSWER_BYTES)))
    if message is None:
        return ""
    said = message.replace(token, "…") if token else message
    return f"the broker refuses {'the token' if token else 'a client without a token'}: {said}"
