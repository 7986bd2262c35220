"""`aero affiliates` on a real PostgreSQL, and the event collector's reading of the affiliates."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import pytest
from standardwebhooks import Webhook
from typer.testing import CliRunner, Result

from aero.cli.app import app
from event_collector.dominio.errores import LlaveNoValidaError
from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.http.webhook_signatures import StandardWebhooksSignatures
from event_collector.infraestructura.postgres.afiliado_queries import PostgresAfiliados

if TYPE_CHECKING:
    from event_collector.dominio.afiliado import Afiliado
    from support.postgres.database import TestDatabase

ID: Final = "afiliado-007"
DEFAULT_LIMIT: Final = 6_000


class Affiliates(Protocol):
    """Runs `aero affiliates` on the test's database by AERO_DATABASE_URL."""

    def __call__(self, *arguments: str) -> Result:
        """Run the command with these arguments."""
        ...


def environment(database: TestDatabase, home: Path) -> dict[str, str]:
    """Return the environment of the command for the test's database."""
    it = database.administered
    url = f"postgresql://{it.user}:{it.password}@{it.host}:{it.port}/{it.name}?sslmode=disable"
    return {"AERO_HOME": str(home), "AERO_DATABASE_URL": url}


@pytest.fixture
def affiliates(database: TestDatabase, tmp_path: Path) -> Affiliates:
    """Return a function that runs the command. It uses the database of AERO_DATABASE_URL; no platform runs."""

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["affiliates", *arguments], env=environment(database, tmp_path))

    return run


def done(result: Result) -> str:
    """Return the output for scripts of a successful command."""
    assert result.exit_code == 0, result.output
    return result.stdout


def as_read(database: TestDatabase, id_afiliado: str = ID) -> Afiliado:
    """Return the affiliate as read by the event collector's API."""
    with database.connections("event_collector") as connect:
        return PostgresAfiliados(connect(), eventos_por_minuto=DEFAULT_LIMIT).buscar([id_afiliado])[id_afiliado]


def listed(affiliates: Affiliates) -> list[dict[str, Any]]:
    """Return the listing for scripts."""
    found: list[dict[str, Any]] = json.loads(done(affiliates("list", "--json")))
    return found


def test_a_new_affiliate_may_send_all_events(affiliates: Affiliates, database: TestDatabase) -> None:
    """It has the defaults of the event collector and no key."""
    output = done(affiliates("add", ID))
    assert output == f"{ID} created: active; all types; default limit; no API keys; no webhook secret\n"
    afiliado = as_read(database)
    assert (afiliado.activo, afiliado.permisos, afiliado.eventos_por_minuto) == (
        True,
        frozenset(TipoEvento),
        DEFAULT_LIMIT,
    )
    afiliado.exigir_llave(None)


def test_only_the_named_settings_of_an_affiliate_change(affiliates: Affiliates, database: TestDatabase) -> None:
    """The output has the change and the resulting settings."""
    # Given an affiliate without defaults
    output = done(affiliates("add", ID, "--allow", "click", "--allow", "PAGE-VIEW", "--limit", "60", "--inactive"))
    assert output.startswith(f"{ID} created: not active; CLICK, PAGE_VIEW; limit 60 a minute; ")
    # When one setting is named, then the others stay
    assert done(affiliates("add", ID, "--active")).startswith(f"{ID} changed: active; CLICK, PAGE_VIEW; limit 60")
    assert "; CONVERSION; limit 60 a minute" in done(affiliates("add", ID, "--allow", "CONVERSION"))
    assert "; CONVERSION; limit 61 a minute" in done(affiliates("add", ID, "--limit", "61"))
    afiliado = as_read(database)
    assert (afiliado.activo, afiliado.permisos, afiliado.eventos_por_minuto) == (
        True,
        frozenset([TipoEvento.CONVERSION]),
        61,
    )
    # And naming the current value is no change
    assert "exists already; unchanged: " in done(affiliates("add", ID, "--limit", "61", "--allow", "CONVERSION"))
    assert "exists already; unchanged: " in done(affiliates("add", ID))


def test_conversions_may_have_to_be_proven(affiliates: Affiliates, database: TestDatabase) -> None:
    """The option can be undone."""
    assert "; all types; conversions proven; " in done(affiliates("add", ID, "--proven-conversions"))
    assert as_read(database).conversiones_probadas
    assert "conversions proven" in done(affiliates("list"))
    assert "proven" not in done(affiliates("add", ID, "--any-conversions"))
    assert not as_read(database).conversiones_probadas


def test_the_defaults_can_be_restored(affiliates: Affiliates, database: TestDatabase) -> None:
    """This holds for the types and the limit."""
    affiliates("add", ID, "--allow", "CLICK", "--limit", "1")
    assert f"{ID} changed: active; all types; limit 1 a minute" in done(affiliates("add", ID, "--allow", "ALL"))
    assert f"{ID} changed: active; all types; default limit" in done(affiliates("add", ID, "--limit", "default"))
    assert database.query("select permisos, eventos_por_minuto from event_collector.afiliados") == [(None, None)]


@pytest.mark.parametrize(
    ("arguments", "cause", "cure"),
    [
        (["add", ""], "'' is not an affiliate's id", "1 to 100 characters"),
        (["add", "  "], "'  ' is not an affiliate's id", "1 to 100 characters"),
        (["add", "x" * 101], "is not an affiliate's id", "1 to 100 characters"),
        (["add", "a\nb"], r"'a\nb' is not an affiliate's id", "no control characters"),
        (["add", "a\x1b[31m"], r"'a\x1b[31m' is not an affiliate's id", "no control characters"),
        (["add", "\udcff"], r"'\udcff' is not an affiliate's id", "1 to 100 characters"),
        (["add", ID, "--allow", "PURCHASE"], "'PURCHASE' is not an event type", "CONVERSION, PAGE_VIEW, or ALL"),
        (["add", ID, "--allow", ""], "'' is not an event type", "CLICK, IMPRESSION"),
        (["add", ID, "--allow", "ALL", "--allow", "CLICK"], "--allow ALL already includes every type", "alone"),
        *((["add", ID, "--limit", limit], f"'{limit}' is not a number of events", "1 to 2147483647, or default")
          for limit in ("0", "-1", "1.5", "ten", "", "2147483648")),
        (["key", "nobody else"], "There is no affiliate nobody else.", "aero affiliates add 'nobody else'"),
        (["key", ID, "--webhook"], f"There is no affiliate {ID}.", f"aero affiliates add {ID}"),
        (["key", ID, "--revoke"], f"There is no affiliate {ID}.", f"aero affiliates add {ID}"),
        (["key", ID, "--revoke", "--webhook"], f"There is no affiliate {ID}.", f"aero affiliates add {ID}"),
    ],
)  # fmt: skip
def test_invalid_arguments_are_refused(affiliates: Affiliates, arguments: list[str], cause: str, cure: str) -> None:
    """The error has cause and cure. Nothing is printed for scripts, and nothing is stored."""
    refused = affiliates(*arguments)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert cause in refused.stderr
    assert cure in refused.stderr
    assert listed(affiliates) == []


def test_an_id_is_normalised_like_that_of_events(affiliates: Affiliates, database: TestDatabase) -> None:
    """The event collector strips surrounding spaces and accepts any letters."""
    done(affiliates("add", "  Café del Mar "))
    assert as_read(database, "Café del Mar").id == "Café del Mar"


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


def test_the_listing_counts_secrets_but_does_not_show_them(affiliates: Affiliates) -> None:
    """This holds for the listings for people and for scripts."""
    assert done(affiliates("list")) == "There are no affiliates: aero affiliates add ID\n"
    affiliates("add", "[red]b[/]", "--allow", "CLICK", "--limit", "5", "--inactive")
    affiliates("add", "a")
    before = datetime.now(UTC)
    secrets = [done(affiliates("key", "a")), done(affiliates("key", "a")), done(affiliates("key", "a", "--webhook"))]
    hidden = [
        text for secret in secrets for text in (secret.strip(), hashlib.sha256(secret.strip().encode()).hexdigest())
    ]
    for shown in (done(affiliates("list")), done(affiliates("list", "--json")), done(affiliates("add", "a"))):
        assert not [text for text in hidden if text in shown]
    without, with_keys = listed(affiliates)
    assert before <= datetime.fromisoformat(with_keys.pop("newest_key")) <= datetime.now(UTC)
    assert with_keys == {
        "id": "a", "active": True, "types": list(TipoEvento), "limit_per_minute": None, "proven_conversions": False,
        "api_keys": 2, "webhook_secret": True,
    }  # fmt: skip
    assert without == {
        "id": "[red]b[/]", "active": False, "types": ["CLICK"], "limit_per_minute": 5,
        "proven_conversions": False, "api_keys": 0, "newest_key": None, "webhook_secret": False,
    }  # fmt: skip
    first, second, third = (line.split() for line in done(affiliates("list")).splitlines())
    assert first[:3] == ["Affiliate", "Active", "Types"]
    assert second[:6] == ["[red]b[/]", "no", "CLICK", "5", "0", "no"]
    assert third[:6] == ["a", "yes", "all", "types", "default", "2"]


def test_a_database_without_the_schema_is_explained(affiliates: Affiliates, database: TestDatabase) -> None:
    """The error names the command that updates the schema."""
    database.execute("alter schema event_collector rename to away")
    try:
        refused = affiliates("add", ID)
    finally:
        database.execute("alter schema away rename to event_collector")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "is not up to date.\naero migrate" in refused.stderr


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
