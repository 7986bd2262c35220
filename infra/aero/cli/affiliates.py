"""The command line of `aero affiliates`."""

# ruff: noqa: PLC0415 - as in app.py

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from typing import TYPE_CHECKING, Annotated

import typer

from aero.cli.affiliate_options import DEFAULT, affiliate_id, limit_of, types_of
from aero.cli.failures import failures_explained
from aero.platform.errors import AeroError
from aero.platform.paths import Paths
from event_collector.dominio.tipo_evento import TipoEvento

if TYPE_CHECKING:
    from rich.table import Table

    from aero.operate.affiliates import Affiliate
    from aero.platform.database import Database

app = typer.Typer(
    no_args_is_help=True,
    help="Affiliates, as the event collector knows them: what each may send, and its keys. Works on the running "
    "platform, or on the database of AERO_DATABASE_URL. The event collector knows a change within 5 seconds.",
)

OfAffiliate = Annotated[str, typer.Argument(metavar="ID", help="The affiliate's id_afiliado.")]


@app.command()
def add(
    affiliate: OfAffiliate,
    *,
    allow: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TYPE",
            help="A type of event that it may send: CLICK, IMPRESSION, CONVERSION or PAGE_VIEW; repeatable. Together "
            "they replace those before. ALL: every type, which is the default.",
        ),
    ] = None,
    limit: Annotated[
        str | None,
        typer.Option(
            metavar="N",
            help="How many events a minute it may send. The word `default`: as the template's EventsPerMinute says.",
        ),
    ] = None,
    proven: Annotated[
        bool | None,
        typer.Option(
            "--proven-conversions/--any-conversions",
            help="Whether its conversions, which are paid, need its API key or its signature; a new one's do not.",
        ),
    ] = None,
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help="Whether its events are accepted; a new one's are.")
    ] = None,
) -> None:
    """Create an affiliate, or change what is named of one that exists, and show what now holds."""
    with _database() as database:
        from aero.operate.affiliates import Changes, Outcome
        from aero.operate.affiliates import add as enter
        from aero.platform.terminal import console

        id_ = affiliate_id(affiliate)
        changes = Changes(active=active, types=types_of(allow), limit=limit_of(limit), proven=proven)
        outcome, entered = enter(database, id_, changes)
        did = "exists already; unchanged" if outcome is Outcome.unchanged else outcome
        console.out.print(f"{entered.id} {did}: {_described(entered)}", markup=False, soft_wrap=True)


@app.command("list")
def list_affiliates(*, json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False) -> None:
    """List the affiliates that were added; of keys and secrets only that they are there."""
    with _database() as database:
        import json as json_module

        from aero.operate.affiliates import affiliates
        from aero.platform.terminal import console
        from aero.platform.terminal.tables import print_table

        found = affiliates(database)
        if json:
            typer.echo(json_module.dumps([affiliate.to_dict() for affiliate in found], indent=2))
        elif found:
            print_table(_table(found), console.out)
        else:
            console.out.print("No affiliate was added: aero affiliates add ID")


@app.command()
def key(
    affiliate: OfAffiliate,
    *,
    webhook: Annotated[
        bool, typer.Option("--webhook", help="The secret that it signs webhooks with (Standard Webhooks).")
    ] = False,
    revoke: Annotated[
        bool, typer.Option("--revoke", help="Remove all its API keys instead, or its webhook secret.")
    ] = False,
    revoke_older: Annotated[
        bool, typer.Option("--revoke-older", help="Remove its API keys but the newest, once that is in use.")
    ] = False,
) -> None:
    """Make an API key for an affiliate and print it, alone on standard output; it cannot be shown again.

    From then on its API_DIRECT events need a key. Its earlier keys stay good; an earlier webhook secret does not.
    """
    with _database() as database:
        id_ = affiliate_id(affiliate)
        if revoke_older and not webhook and not revoke:
            _revoke_older(database, id_)
        elif revoke_older:
            raise AeroError("--revoke-older is for API keys, and by itself.", cure="Leave --revoke and --webhook out.")
        else:
            (_revoke if revoke else _make)(database, id_, webhook=webhook)


def _make(database: Database, id_: str, *, webhook: bool) -> None:
    from aero.operate.affiliates import make_key, make_webhook_secret
    from aero.platform.terminal import console

    if webhook:
        make_webhook_secret(database, id_, _show)
        told = (
            f"This is the webhook secret of {id_}: it is shown only now, and one that it had before is good no more.\n"
            "Within 5 seconds WEBHOOK events of this affiliate need its signature (Standard Webhooks)."
        )
    else:
        make_key(database, id_, _show)
        told = (
            f"This is an API key of {id_}: it is shown only now, for nothing but its hash is kept.\n"
            "Within 5 seconds API_DIRECT events of this affiliate need a key: in api_key, or in the header X-Api-Key."
        )
    console.err.print(told, markup=False, soft_wrap=True)


def _show(secret: str) -> None:
    """Raises AeroError when it cannot be shown: it would be lost, and could not be shown again."""
    why = "standard output is closed" if sys.stdout is None else ""
    try:
        typer.echo(secret)
    except OSError as error:
        why = error.strerror or str(error)
    if why:
        raise AeroError(f"Nothing was made, since it cannot be shown: {why}.")


def _revoke(database: Database, id_: str, *, webhook: bool) -> None:
    from aero.operate.affiliates import revoke_keys, revoke_webhook_secret
    from aero.platform.terminal import console

    if webhook:
        revoke_webhook_secret(database, id_)
        told, without = f"{id_} has no webhook secret any more", "WEBHOOK events are accepted unsigned"
    else:
        told = f"{_keys(revoke_keys(database, id_, but_newest=False))} of {id_} removed"
        without = "API_DIRECT events are accepted without one"
    console.out.print(
        f"{told}: within 5 seconds its {without}. To accept none: aero affiliates add {shlex.quote(id_)} --inactive",
        markup=False, soft_wrap=True,
    )  # fmt: skip


def _revoke_older(database: Database, id_: str) -> None:
    from aero.operate.affiliates import revoke_keys
    from aero.platform.terminal import console

    removed = _keys(revoke_keys(database, id_, but_newest=True))
    console.out.print(f"{removed} of {id_} removed; the newest stays good.", markup=False, soft_wrap=True)


@contextmanager
def _database() -> Iterator[Database]:
    paths = Paths.from_env()
    with failures_explained(paths):
        from aero.process.running_database import chosen_database

        yield chosen_database(paths)


def _described(affiliate: Affiliate) -> str:
    own = affiliate.limit_per_minute
    limit = f"limit {own} a minute" if own else "default limit"
    keys = _keys(affiliate.api_keys) if affiliate.api_keys else "no API keys"
    secret = "a webhook secret" if affiliate.webhook_secret else "no webhook secret"
    proven = ["conversions proven"] if affiliate.proven_conversions else []
    return "; ".join(
        ["active" if affiliate.active else "not active", _allowed(affiliate), *proven, limit, keys, secret]
    )


def _keys(number: int) -> str:
    return f"{number} {'API key' if number == 1 else 'API keys'}"


def _allowed(affiliate: Affiliate) -> str:
    return "all types" if set(affiliate.types) == set(TipoEvento) else ", ".join(affiliate.types)


def _table(found: Sequence[Affiliate]) -> Table:
    from rich.table import Column, Table
    from rich.text import Text

    columns = ["Affiliate", "Active"]
    numbers = [Column(name, justify="right") for name in ("Per minute", "API keys")]
    table = Table(*columns, "Types", *numbers, "Newest (UTC)", "Webhook secret", box=None, header_style="bold")
    for affiliate in found:
        newest = affiliate.newest_key.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if affiliate.newest_key else ""
        told = (
            affiliate.id, "yes" if affiliate.active else "no",
            _allowed(affiliate) + (", conversions proven" if affiliate.proven_conversions else ""),
            str(affiliate.limit_per_minute or DEFAULT), str(affiliate.api_keys), newest,
            "yes" if affiliate.webhook_secret else "no",
        )  # fmt: skip
        table.add_row(*map(Text, told))
    return table
