"""The broker's secret, `{"token": "…", "ca": "PEM …"}`: our token, and the certificates to trust."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import NamedTemporaryFile
from typing import Any, Final, Self

from seedwork.infraestructura.postgres.database_secret import read_secret

_CERTIFICATE: Final = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n?", re.DOTALL)


class BrokerSecretError(Exception):
    """The secret cannot be used; the message says why and contains nothing of the secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerSecret:
    """The token and the CA are optional: without a token we are anonymous, without a CA the public ones are trusted."""

    token: str = field(default="", repr=False)
    ca: str = field(default="", repr=False)

    @classmethod
    def read(cls, name: str) -> Self:
        """Read the secret anew, since the token may have been changed; an empty name means no secret.

        Raises DependencyUnavailableError, BrokerSecretError.
        """
        return cls.from_json(read_secret(name, fresh=True)) if name else cls()

    @classmethod
    def from_json(cls, secret: dict[str, Any]) -> Self:
        """Parse the secret's JSON; raises BrokerSecretError."""
        ca = str(secret.get("ca") or "")
        certificates = "".join(_CERTIFICATE.findall(ca))
        if ca:
            try:
                ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=certificates)
            except (ssl.SSLError, ValueError, TypeError):
                raise BrokerSecretError("`ca` in the broker's secret is not a certificate in PEM") from None
        return cls(token=str(secret.get("token") or "").strip(), ca=certificates)

    @contextmanager
    def ca_file(self) -> Iterator[str | None]:
        """Write the CA's certificates to a private file, which exists until the block is left; None without a CA."""
        if not self.ca:
            yield None
            return
        with NamedTemporaryFile("w", encoding="ascii", prefix="pulsar-", suffix=".pem") as file:
            file.write(self.ca)
            file.flush()
            yield file.name
