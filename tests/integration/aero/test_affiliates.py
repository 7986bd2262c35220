"""`aero affiliates` on a real PostgreSQL, and what the event collector reads of it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from event_collector.dominio.tipo_evento import TipoEvento

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase

from support.aero.affiliates import DEFAULT_LIMIT, ID, Affiliates, as_read, done, listed


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
