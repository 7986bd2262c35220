"""Access to a Pulsar broker that runs elsewhere: its token and its own CA."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from aero.platform.errors import AeroError
from pulsar_connector.broker.secret import BrokerSecret, BrokerSecretError
from pulsar_connector.broker.service_url import ServiceUrl

_HOST: Final = r"([\w.-]+|\[[\da-fA-F:.]+\])(:\d+)?"
_URL: Final = re.compile(rf"pulsar(\+ssl)?://{_HOST}(,{_HOST})*/?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PulsarAccess:
    """The token and CA; both are empty for a broker without authentication and with a certificate of a public CA."""

    token: str = field(default="", repr=False)
    ca: str = field(default="", repr=False)  # certificates in PEM

    @classmethod
    def from_env(cls, url: str) -> Self:
        """Read AERO_PULSAR_TOKEN or AERO_PULSAR_TOKEN_FILE, and AERO_PULSAR_CA.

        Raises AeroError for a wrong value, a wrong URL, and a token that would be sent unencrypted.
        """
        access = cls(token=_token(), ca=_ca(os.environ.get("AERO_PULSAR_CA", "")))
        if url and not _URL.fullmatch(url):
            raise AeroError(
                "AERO_PULSAR_URL is not the address of a broker.",
                cure="It has the form pulsar://host:6650 or, with TLS, pulsar+ssl://host:6651",
            )
        if access.secret and not url:
            raise AeroError(
                "AERO_PULSAR_TOKEN and AERO_PULSAR_CA are for a broker that runs elsewhere.",
                cure="Set AERO_PULSAR_URL too, or leave them out.",
            )
        if access.token and not ServiceUrl.parse(url).keeps_secrets:
            raise AeroError(
                "The token would be sent to the broker unencrypted.",
                cure="AERO_PULSAR_URL must begin with pulsar+ssl://",
            )
        return access

    @property
    def secret(self) -> dict[str, str]:
        """The secret in the form that functions read; empty without token and CA."""
        return {name: value for name, value in (("token", self.token), ("ca", self.ca)) if value}


def _token() -> str:
    token, file = os.environ.get("AERO_PULSAR_TOKEN", ""), os.environ.get("AERO_PULSAR_TOKEN_FILE", "")
    if token and file:
        raise AeroError("AERO_PULSAR_TOKEN and AERO_PULSAR_TOKEN_FILE are both set.", cure="Leave one of them out.")
    if not (token or file):
        return ""
    name, text = (
        ("AERO_PULSAR_TOKEN_FILE", _read("AERO_PULSAR_TOKEN_FILE", file)) if file else ("AERO_PULSAR_TOKEN", token)
    )
    words = text.split()
    if len(words) != 1:
        raise AeroError(f"{name} does not hold a token.", cure="It is one word, such as a JWT.")
    return words[0]


def _ca(file: str) -> str:
    if not file:
        return ""
    try:
        return BrokerSecret.from_json({"ca": _read("AERO_PULSAR_CA", file) or "empty"}).ca
    except BrokerSecretError:
        raise AeroError(
            f"AERO_PULSAR_CA: there is no certificate in {file}.",
            cure="It is a file in PEM: -----BEGIN CERTIFICATE----- …",
        ) from None


def _read(name: str, file: str) -> str:
    try:
        return Path(file).expanduser().read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise AeroError(f"{name}: {file} cannot be read: {error.strerror}.") from None
