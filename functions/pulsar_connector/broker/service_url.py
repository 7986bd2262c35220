"""Pulsar's service URL: `pulsar://host:6650`, `pulsar+ssl://host:6651`, or several hosts with commas between them."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final, Self
from urllib.parse import urlsplit

ENCRYPTED: Final = "pulsar+ssl"
PLAIN_PORT: Final = 6650
ENCRYPTED_PORT: Final = 6651


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceUrl:
    """The brokers' addresses, and whether connections to them use TLS."""

    encrypted: bool
    addresses: tuple[tuple[str, int], ...]

    @classmethod
    def parse(cls, url: str) -> Self:
        """Parse a service URL; the default ports are Pulsar's own.

        >>> ServiceUrl.parse("pulsar+ssl://a.example,b.example:7000/").addresses
        (('a.example', 6651), ('b.example', 7000))
        """
        scheme, _, hosts = url.partition("://")
        encrypted = scheme == ENCRYPTED
        parts = [urlsplit(f"//{host}") for host in hosts.rstrip("/").split(",")]
        default = ENCRYPTED_PORT if encrypted else PLAIN_PORT
        return cls(encrypted=encrypted, addresses=tuple((part.hostname or "", part.port or default) for part in parts))

    @property
    def keeps_secrets(self) -> bool:
        """Return whether no third party can read the traffic: it is encrypted, or does not leave the machine."""
        return self.encrypted or all(_is_loopback(host) for host, _ in self.addresses)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
