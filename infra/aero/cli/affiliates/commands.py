"""The command line of `aero affiliates`."""

# ruff: noqa: PLC0415 - as in app.py

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from aero.cli.affiliates.options import affiliate_id, limit_of, types_of
from aero.cli.failures import failures_explained
from aero.platform.errors import AeroError
from aero.platform.paths import Paths

if TYPE_CHECKING:
    from event_collector.aplicacion.administrar_afiliados import RegistroDeAfiliados

app = typer.Typer(
    no_args_is_help=True,
    help="The event collector's affiliates: what each may send, and its keys. Works on the running platform, or on "
    "the database of AERO_DATABASE_URL. A change takes effect within 5 seconds.",
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
            help="An event type that it may send: CLICK, IMPRESSION, CONVERSION or PAGE_VIEW; repeatable. The given "
            "types replace the earlier ones. ALL allows every type, and is the default.",
        ),
    ] = None,
    limit: Annotated[
        str | None,
        typer.Option(
            metavar="N",
            help="How many events a minute it may send; `default` is the template's EventsPerMinute.",
        ),
    ] = None,
    proven: Annotated[
        bool | None,
        typer.Option(
            "--proven-conversions/--any-conversions",
            help="Whether its conversions, which are paid, need its API key or its signature; by default they do not.",
        ),
    ] = None,
    active: Annotated[
        bool | None, typer.Option("--active/--inactive", help="Whether its events are accepted; by default they are.")
    ] = None,
) -> None:
    """Create an affiliate, or change the given settings of an existing one, and show the result."""
    with _register(affiliate) as (id_, registro):
        from aero.operate.affiliates import described
        from aero.platform.terminal import console
        from event_collector.aplicacion.administrar_afiliados import CambiosDeAfiliado, Registro, registrar_afiliado

        changes = CambiosDeAfiliado(
            activo=active, permisos=types_of(allow), eventos_por_minuto=limit_of(limit), conversiones_probadas=proven
        )
        did, registered = registrar_afiliado(id_, changes, registro=registro)
        words = {Registro.creado: "created", Registro.cambiado: "changed"}
        done = words.get(did, "exists already; unchanged")
        console.out.print(f"{registered.id} {done}: {described(registered)}", markup=False, soft_wrap=True)


@app.command("list")
def list_affiliates(*, json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False) -> None:
    """List the registered affiliates; keys and secrets are counted, never shown."""
    with _register() as (_, registro):
        import json as json_module

        from aero.operate.affiliates import document_of, table_of
        from aero.platform.terminal import console
        from aero.platform.terminal.tables import print_table

        found = registro.todos()
        if json:
            typer.echo(json_module.dumps([document_of(affiliate) for affiliate in found], indent=2))
        elif found:
            print_table(table_of(found), console.out)
        else:
            console.out.print("There are no affiliates: aero affiliates add ID")


@app.command()
def key(
    affiliate: OfAffiliate,
    *,
    webhook: Annotated[
        bool, typer.Option("--webhook", help="Its secret for signing webhooks (Standard Webhooks).")
    ] = False,
    revoke: Annotated[bool, typer.Option("--revoke", help="Remove all its API keys, or its webhook secret.")] = False,
    revoke_older: Annotated[
        bool, typer.Option("--revoke-older", help="Remove all its API keys but the newest, once clients use that.")
    ] = False,
) -> None:
    """Make an API key for an affiliate and print it on standard output; it cannot be shown again.

    From then on its API_DIRECT events need a key. Its earlier keys stay valid; a new webhook secret replaces the old.
    """
    with _register(affiliate) as (id_, registro):
        if revoke_older and (webhook or revoke):
            raise AeroError("--revoke-older works on API keys, and alone.", cure="Leave --revoke and --webhook out.")
        if revoke_older:
            _revoke_older(id_, registro)
        else:
            (_revoke if revoke else _make)(id_, registro, webhook=webhook)


def _make(id_: str, registro: RegistroDeAfiliados, *, webhook: bool) -> None:
    from aero.platform.terminal import console
    from event_collector.aplicacion.administrar_afiliados import crear_llave, crear_secreto_webhook

    if webhook:
        crear_secreto_webhook(id_, registro=registro, mostrar=_show)
        told = (
            f"This is the webhook secret of {id_}. It is shown only now, and replaces any earlier one.\n"
            "Within 5 seconds WEBHOOK events of this affiliate need its signature (Standard Webhooks)."
        )
    else:
        crear_llave(id_, registro=registro, mostrar=_show)
        told = (
            f"This is an API key of {id_}. It is shown only now, since only its hash is kept.\n"
            "Within 5 seconds API_DIRECT events of this affiliate need a key: in api_key, or in the header X-Api-Key."
        )
    console.err.print(told, markup=False, soft_wrap=True)


def _show(secret: str) -> None:
    """Print a secret; raises AeroError if that fails, since an unseen secret is lost and must not be stored."""
    why = "standard output is closed" if sys.stdout is None else ""
    try:
        typer.echo(secret)
    except OSError as error:
        why = error.strerror or str(error)
    if why:
        raise AeroError(f"Nothing was made, since the secret cannot be shown: {why}.")


def _revoke(id_: str, registro: RegistroDeAfiliados, *, webhook: bool) -> None:
    from aero.operate.affiliates import number_of_keys
    from aero.platform.terminal import console
    from event_collector.aplicacion.administrar_afiliados import revocar_llaves, revocar_secreto_webhook

    if webhook:
        revocar_secreto_webhook(id_, registro=registro)
        told, without = f"The webhook secret of {id_} is removed", "WEBHOOK events are accepted unsigned"
    else:
        removed = revocar_llaves(id_, registro=registro, salvo_la_ultima=False)
        told, without = f"{number_of_keys(removed)} of {id_} removed", "API_DIRECT events are accepted without one"
    console.out.print(
        f"{told}: within 5 seconds its {without}. To accept none: aero affiliates add {shlex.quote(id_)} --inactive",
        markup=False, soft_wrap=True,
    )  # fmt: skip


def _revoke_older(id_: str, registro: RegistroDeAfiliados) -> None:
    from aero.operate.affiliates import number_of_keys
    from aero.platform.terminal import console
    from event_collector.aplicacion.administrar_afiliados import revocar_llaves

    removed = number_of_keys(revocar_llaves(id_, registro=registro, salvo_la_ultima=True))
    console.out.print(f"{removed} of {id_} removed; the newest stays valid.", markup=False, soft_wrap=True)


@contextmanager
def _register(affiliate: str | None = None) -> Iterator[tuple[str, RegistroDeAfiliados]]:
    """Open the register; yields the affiliate's id, as the event collector reads it, and the register."""
    paths = Paths.from_env()
    with failures_explained(paths):
        from aero.operate.affiliates import register
        from aero.process.running_database import chosen_database

        database = chosen_database(paths)
        id_ = "" if affiliate is None else affiliate_id(affiliate)
        with register(database, id_afiliado=id_) as registro:
            yield id_, registro
