"""Opens Pulsar's client inside of an invocation, and converts the names of topics."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pulsar

from pulsar_connector.broker.secret import BrokerSecret, BrokerSecretError
from pulsar_connector.broker.service_url import ServiceUrl

NAMESPACE: Final = "persistent://public/default/"
OPERATION_TIMEOUT_SECONDS: Final = 5
SEND_TIMEOUT_MS: Final = 10_000
MAX_PENDING_MESSAGES: Final = 10_000
NO_SECRET: Final = BrokerSecret()


class BrokerUnavailableError(Exception):
    """The broker cannot take events now."""


@contextmanager
def pulsar_client(service_url: str, secret: BrokerSecret = NO_SECRET, *, log_file: str = "") -> Iterator[pulsar.Client]:
    """Open a client; leaving the block closes it with its producers, consumers and threads.

    The client writes its log to `log_file`, or to standard output.

    It must not outlive the invocation: its threads are frozen with the environment, and it does not survive a fork.
    Raises BrokerSecretError if the token would be sent unencrypted.
    """
    if secret.token and not ServiceUrl.parse(service_url).keeps_secrets:
        raise BrokerSecretError("the token would be sent unencrypted: PULSAR_URL must begin with pulsar+ssl://")
    level = pulsar.LoggerLevel.Warn
    with secret.ca_file() as ca_file:  # the client reads it again for each connection
        client = pulsar.Client(
            service_url,
            authentication=pulsar.AuthenticationToken(secret.token) if secret.token else None,
            tls_trust_certs_file_path=ca_file,  # without a file, certifi's certificates
            tls_validate_hostname=True,
            operation_timeout_seconds=OPERATION_TIMEOUT_SECONDS,
            # Not the Python logger: the client's threads would wait for the interpreter at each line.
            logger=pulsar.FileLogger(level, log_file) if log_file else pulsar.ConsoleLogger(level),
        )
        try:
            yield client
        finally:
            client.close()


def full_topic(name: str) -> str:
    """Return the topic's full name.

    >>> full_topic("payments.evt.pending")
    'persistent://public/default/payments.evt.pending'
    """
    return NAMESPACE + name


def short_topic(topic: str) -> str:
    """Return the name used in configuration, also for a partition of the topic.

    >>> short_topic("persistent://public/default/payments.evt.pending-partition-2")
    'payments.evt.pending'
    """
    return topic.removeprefix(NAMESPACE).rpartition("-partition-")[0] or topic.removeprefix(NAMESPACE)


class Producers:
    """Producers by topic, each made on first use; for one thread."""

    def __init__(self, client: pulsar.Client, *, of_any_size: bool = False) -> None:
        """With `of_any_size`, messages are compressed, and sent in chunks above the broker's limit.

        Dead letters need that: a message may have been compressed or sent in chunks when it came, and is larger now.
        """
        self._client = client
        self._of_any_size = of_any_size
        self._producers: dict[str, pulsar.Producer] = {}

    def get(self, name: str) -> pulsar.Producer:
        """Return the producer of a topic; raises PulsarException."""
        if name not in self._producers:
            self._producers[name] = self._client.create_producer(
                full_topic(name),
                send_timeout_millis=SEND_TIMEOUT_MS,
                max_pending_messages=MAX_PENDING_MESSAGES,
                # A message sent alone can be acknowledged and delivered again alone, on every broker.
                batching_enabled=False,
                chunking_enabled=self._of_any_size,
                compression_type=pulsar.CompressionType.ZSTD if self._of_any_size else pulsar.CompressionType.NONE,
            )
        return self._producers[name]

    def close(self) -> None:
        """Close all of them; unacknowledged messages may or may not be on their topics."""
        while self._producers:
            self._producers.popitem()[1].close()
