"""The names of Pulsar's results that decide what becomes of a message that was not sent."""

from __future__ import annotations

from typing import Final

# These results are about the broker or the connection, not about the message.
BROKER_UNAVAILABLE: Final = frozenset({
    "Timeout", "LookupError", "ConnectError", "AuthenticationError", "ReadError", "BrokerMetadataError",
    "BrokerPersistenceError", "NotConnected", "AlreadyClosed", "TooManyLookupRequestException", "ServiceUnitNotReady",
    "ProducerQueueIsFull", "MemoryBufferIsFull",
})  # fmt: skip

# No broker accepts such a message, however often it is sent.
NEVER_TAKEN: Final = frozenset({"MessageTooBig", "InvalidMessage"})
