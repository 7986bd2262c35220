"""Credentials of a database, in the shape that Secrets Manager gives to RDS."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import Any, Self

from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSecret:
    """Where the database is and who we are there; the password never shows in a repr."""

    host: str
    port: int
    dbname: str
    username: str
    password: str = field(repr=False)
    sslmode: str = "verify-full"

    @classmethod
    def read(cls, name: str, fresh: bool = False) -> Self:
        """From Secrets Manager, as `read_secret` does; raises DependencyUnavailableError, KeyError."""
        return cls.from_json(read_secret(name, fresh=fresh))

    @classmethod
    def from_json(cls, secret: dict[str, Any]) -> Self:
        """From the secret's JSON; raises KeyError naming a field that is missing."""
        return cls(
            host=str(secret["host"]),
            port=int(secret["port"]),
            dbname=str(secret["dbname"]),
            username=str(secret["username"]),
            password=str(secret["password"]),
            sslmode=str(secret.get("sslmode", "verify-full")),
        )

    def ssl_context(self) -> ssl.SSLContext | None:
        """TLS with the server's name verified, unless the secret says `"sslmode": "disable"`."""
        return None if self.sslmode == "disable" else ssl.create_default_context()


def read_secret(name: str, *, fresh: bool = False) -> dict[str, Any]:
    """The JSON of a secret, cached for five minutes unless `fresh`; raises DependencyUnavailableError."""
    from aws_lambda_powertools.utilities import parameters  # noqa: PLC0415 - boto3 is the cold start: only who asks pays

    try:
        value = parameters.get_secret(name, transform="json", max_age=300, force_fetch=fresh)
    except parameters.GetParameterError as error:
        raise DependencyUnavailableError("secrets") from error
    return dict(value)
