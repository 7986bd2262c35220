"""The credentials of a database, in the format of Secrets Manager for RDS."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import Any, Self

from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSecret:
    """The database's address and our credentials; the password never shows in a repr."""

    host: str
    port: int
    dbname: str
    username: str
    password: str = field(repr=False)
    sslmode: str = "verify-full"

    @classmethod
    def read(cls, name: str, fresh: bool = False) -> Self:
        """Read it from Secrets Manager with `read_secret`; raises DependencyUnavailableError, KeyError."""
        return cls.from_json(read_secret(name, fresh=fresh))

    @classmethod
    def from_json(cls, secret: dict[str, Any]) -> Self:
        """Read it from the secret's JSON; raises KeyError with a missing field's name."""
        return cls(
            host=str(secret["host"]),
            port=int(secret["port"]),
            dbname=str(secret["dbname"]),
            username=str(secret["username"]),
            password=str(secret["password"]),
            sslmode=str(secret.get("sslmode", "verify-full")),
        )

    def ssl_context(self) -> ssl.SSLContext | None:
        """Return a context that verifies the server's name, or None if the secret says `"sslmode": "disable"`."""
        return None if self.sslmode == "disable" else ssl.create_default_context()


def read_secret(name: str, *, fresh: bool = False) -> dict[str, Any]:
    """Return the JSON of a secret, cached for five minutes unless `fresh`; raises DependencyUnavailableError."""
    from aws_lambda_powertools.utilities import parameters  # noqa: PLC0415 - boto3 slows cold starts

    try:
        value = parameters.get_secret(name, transform="json", max_age=300, force_fetch=fresh)
    except parameters.GetParameterError as error:
        raise DependencyUnavailableError("secrets") from error
    return dict(value)
