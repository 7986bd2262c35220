"""API keys and webhook secrets of affiliates, on a real PostgreSQL."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from standardwebhooks import Webhook

from event_collector.dominio.errores import LlaveNoValidaError
from event_collector.infraestructura.http.webhook_signatures import StandardWebhooksSignatures

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase

from support.aero.affiliates import ID, Affiliates, as_read, done, environment, listed


def test_a_key_is_accepted_and_only_its_hash_is_stored(affiliates: Affiliates, database: TestDatabase) -> None:
    """Only the key is on standard output. Its explanation is on standard error."""
    affiliates("add", ID)
    made = affiliates("key", ID)
    key = made.stdout.removesuffix("\n")
    assert key.startswith("aero_")
    assert len(base64.urlsafe_b64decode(key.removeprefix("aero_") + "=")) == 32
    assert "shown only now" in made.stderr
    assert "API_DIRECT" in made.stderr
    assert "5 seconds" in made.stderr
    assert key not in made.stderr
    as_read(database).exigir_llave(key)
    for other in (None, "", key + "x", key.removeprefix("aero_")):
        with pytest.raises(LlaveNoValidaError):
            as_read(database).exigir_llave(other)
    [(huella,)] = database.query("select huella from event_collector.llaves_api")
    assert huella == hashlib.sha256(key.encode()).digest()


def test_each_key_is_valid_until_all_are_revoked(affiliates: Affiliates, database: TestDatabase) -> None:
    """Other affiliates keep their keys."""
    for id_ in (ID, "another"):
        affiliates("add", id_)
    first, second, others = (done(affiliates("key", id_)).strip() for id_ in (ID, ID, "another"))
    for key in (first, second):
        as_read(database).exigir_llave(key)
    assert f"2 API keys of {ID} removed" in done(affiliates("key", ID, "--revoke"))
    as_read(database).exigir_llave(None)
    as_read(database, "another").exigir_llave(others)
    with pytest.raises(LlaveNoValidaError):
        as_read(database, "another").exigir_llave(first)
    assert "0 API keys" in done(affiliates("key", ID, "--revoke"))


def test_a_key_can_be_changed_without_a_gap(affiliates: Affiliates, database: TestDatabase) -> None:
    """Create a key, use it, then revoke the older ones."""
    affiliates("add", ID)
    old, new = (done(affiliates("key", ID)).strip() for _ in range(2))
    assert f"1 API key of {ID} removed" in done(affiliates("key", ID, "--revoke-older"))
    as_read(database).exigir_llave(new)
    with pytest.raises(LlaveNoValidaError):
        as_read(database).exigir_llave(old)
    assert f"0 API keys of {ID} removed" in done(affiliates("key", ID, "--revoke-older"))
    for other in ("--revoke", "--webhook"):
        assert affiliates("key", ID, "--revoke-older", other).exit_code == 1
    as_read(database).exigir_llave(new)


def test_a_webhook_secret_signs_until_the_next_one(affiliates: Affiliates, database: TestDatabase) -> None:
    """The signature is that of Standard Webhooks. Without a secret no signature is required."""
    affiliates("add", ID)
    assert as_read(database).secreto_webhook is None
    for _ in range(2):
        made = affiliates("key", ID, "--webhook")
        secret = made.stdout.removesuffix("\n")
        assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
        assert "shown only now" in made.stderr
        assert "WEBHOOK" in made.stderr
        now = datetime.now(UTC)
        headers = {
            "webhook-id": "m-1",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign("m-1", now, "{}"),
        }
        stored = as_read(database).secreto_webhook
        assert stored is not None
        StandardWebhooksSignatures().exigir(stored, b"{}", headers)
    assert f"The webhook secret of {ID} is removed" in done(affiliates("key", ID, "--webhook", "--revoke"))
    assert as_read(database).secreto_webhook is None


@pytest.mark.parametrize("kind", [[], ["--webhook"]], ids=["API key", "webhook secret"])
@pytest.mark.parametrize("output", ["/dev/full", "closed", "pipe"])
def test_a_secret_that_cannot_be_shown_is_not_created(
    affiliates: Affiliates, database: TestDatabase, tmp_path: Path, output: str, kind: list[str]
) -> None:
    """It is shown only once, so a lost one would lock the affiliate out. The previous secret stays valid."""
    # Given an affiliate with a secret of each kind
    done(affiliates("add", ID))
    done(affiliates("key", ID))
    secret = done(affiliates("key", ID, "--webhook")).strip()
    # When another is created with an output that cannot be written
    reader, writer = os.pipe()
    os.close(reader)
    sink = os.open("/dev/full", os.O_WRONLY) if output == "/dev/full" else writer
    redirect = ">&-" if output == "closed" else ""
    failed = subprocess.run(
        ["sh", "-c", f'exec "$@" {redirect}', "sh", sys.executable, "-m", "aero", "affiliates", "key", ID, *kind],
        env=os.environ | environment(database, tmp_path), stdout=sink, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    for descriptor in {sink, writer}:
        os.close(descriptor)
    # Then the command fails, and nothing has changed
    assert failed.returncode == 1
    assert "Nothing was made" in failed.stderr
    [affiliate] = listed(affiliates)
    assert affiliate["api_keys"] == 1
    with database.administered.connect() as connection:
        kept = connection.execute(
            "select secreto_webhook from event_collector.afiliados where id = %s", [ID]
        ).fetchone()
    assert kept == (secret,)
