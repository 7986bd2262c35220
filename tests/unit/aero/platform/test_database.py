"""The address of the database, and the secrets that functions get for it."""

from __future__ import annotations

import pytest

from aero.platform.database import Database
from aero.platform.errors import AeroError


def test_the_escapes_of_a_url_are_decoded() -> None:
    """A password may contain any character."""
    database = Database.from_url("postgresql://admin%40corp:p%2Fw%3A@db.example:6432/aeropartners?sslmode=require")
    assert database == Database(
        host="db.example", port=6432, name="aeropartners", user="admin@corp", password="p/w:", sslmode="require"
    )
    assert "p/w:" not in repr(database)


@pytest.mark.parametrize("url", ["", "mysql://a:b@c/d", "postgresql://host", "postgresql:///database", "nonsense"])
def test_an_invalid_url_is_an_expected_failure(url: str) -> None:
    """The cure shows the form of a valid URL."""
    with pytest.raises(AeroError) as failed:
        Database.from_url(url)
    assert "postgresql://user:password@host:5432/database" in failed.value.cure


@pytest.mark.parametrize(
    ("sslmode", "expected"),
    [("", "disable"), ("disable", "disable"), ("prefer", "disable"), ("require", None), ("verify-full", None)],
)
def test_functions_either_verify_the_server_or_use_no_tls(sslmode: str, expected: str | None) -> None:
    """Without `sslmode` in the secret they verify the server; modes in between become `disable`."""
    database = Database(host="h", port=1, name="d", user="u", password="p", sslmode=sslmode)
    secret = database.secret("pagos", "word")
    assert (secret["username"], secret["password"], secret["dbname"]) == ("pagos", "word", "d")
    assert secret.get("sslmode") == expected


def test_psql_gets_the_password_from_its_environment() -> None:
    """Every user of the machine can read command lines."""
    environment = Database(host="h", port=1, name="d", user="u", password="p").libpq_environment()
    assert environment == {"PGHOST": "h", "PGPORT": "1", "PGDATABASE": "d", "PGUSER": "u", "PGPASSWORD": "p"}
