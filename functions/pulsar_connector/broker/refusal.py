"""Finds out why a broker refuses a connection, which pulsar-client does not say.

The client reports an untrusted certificate, or one for another host, as ConnectError, like a closed port. It reports a
refused token as TimeOut, and its log does not say more at any level.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

import certifi
import pulsar

from pulsar_connector.broker.pulsar_client import BrokerUnavailableError
from pulsar_connector.broker.service_url import ServiceUrl

if TYPE_CHECKING:
    from pulsar_connector.broker.secret import BrokerSecret

PATIENCE_SECONDS: Final = 1.0  # for each step; all of them fit into the reserve of a run


def broker_refusal(service_url: str, secret: BrokerSecret, error: Exception) -> str:
    """Connect as the client does and describe what happens; return "" if the error is not the broker's."""
    if not isinstance(error, (pulsar.PulsarException, BrokerUnavailableError)):
        return ""
    url = ServiceUrl.parse(service_url)
    host, port = url.addresses[0]
    try:
        with ExitStack() as connection:
            plain = connection.enter_context(socket.create_connection((host, port), timeout=PATIENCE_SECONDS))
            if url.encrypted:
                connection.enter_context(_tls_context(secret).wrap_socket(plain, server_hostname=host))
    except (OSError, ValueError) as refusal:
        return f"{host}:{port}: {refusal}"
    who = "the token" if secret.token else "a client without a token"
    return f"{host}:{port} can be reached; if this goes on, it refuses {who}"


def _tls_context(secret: BrokerSecret) -> ssl.SSLContext:
    ca_file = None if secret.ca else certifi.where()
    context = ssl.create_default_context(cafile=ca_file, cadata=secret.ca or None)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # the client does not check that much
    return context
