"""What a Pulsar that runs elsewhere asks of its clients: a token, a CA of its own."""

from __future__ import annotations

import os
import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from aero.errors import AeroError

_HOST: Final = r"([\w.-]+|\[[\da-fA-F:.]+\])(:\d+)?"
_LOOPBACK: Final = r"(localhost|127(\.\d+){3}|\[::1\])(:\d+)?"
_URL: Final = re.compile(rf"pulsar(\+ssl)?://{_HOST}(,{_HOST})*/?")
# What nobody else can listen to.
_PRIVATE_URL: Final = re.compile(rf"pulsar\+ssl://.*|pulsar://{_LOOPBACK}(,{_LOOPBACK})*/?")
_CERTIFICATE: Final = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class PulsarAccess:
    """Empty for a broker that asks for no token and whose certificate is vouched for by a public CA."""

    token: str = field(default="", repr=False)
    ca: str = field(default="", repr=False)  # certificates in PEM

    @classmethod
    def from_env(cls, url: str) -> Self:
        """AERO_PULSAR_TOKEN or AERO_PULSAR_TOKEN_FILE, and AERO_PULSAR_CA; raises AeroError, also for a wrong URL."""
        access = cls(token=_token(), ca=_ca(os.environ.get("AERO_PULSAR_CA", "")))
        if url and not _URL.fullmatch(url):
            raise AeroError(
                "AERO_PULSAR_URL is not the address of a broker.",
                cure="It reads pulsar://host:6650 or, with TLS, pulsar+ssl://host:6651",
            )
        if access.secret and not url:
            raise AeroError(
                "AERO_PULSAR_TOKEN and AERO_PULSAR_CA are for a broker that runs elsewhere.",
                cure="Say where by AERO_PULSAR_URL, or leave them out.",
            )
        if access.token and not _PRIVATE_URL.fullmatch(url):
            raise AeroError(
                "The token would be sent to the broker unencrypted.",
                cure="AERO_PULSAR_URL must begin with pulsar+ssl://",
            )
        return access

    @property
    def secret(self) -> dict[str, str]:
        """As functions read it; empty when there is nothing to keep."""
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
    certificates = "".join(_CERTIFICATE.findall(_read("AERO_PULSAR_CA", file)))
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=certificates)
    except (ssl.SSLError, ValueError, TypeError):
        raise AeroError(
            f"AERO_PULSAR_CA: there is no certificate in {file}.",
            cure="It is a file in PEM: -----BEGIN CERTIFICATE----- …",
        ) from None
    return certificates


def _read(name: str, file: str) -> str:
    try:
        return Path(file).expanduser().read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise AeroError(f"{name}: {file} cannot be read: {error.strerror}.") from None
