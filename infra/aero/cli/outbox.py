"""The command line of `aero outbox`."""

# ruff: noqa: PLC0415 - as in app.py

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from aero.cli.failures import failures_explained
from aero.platform.paths import Paths
from aero.process.running import running

if TYPE_CHECKING:
    from aero.platform.database import Database


def _instant(text: str) -> datetime:
    from seedwork.infraestructura.text.instants import read_instant

    try:
        return read_instant(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} must be like 2026-11-30 or 2026-11-30T10:00:00Z.") from None


app = typer.Typer(no_args_is_help=True, help="Events that wait to be published, and events that cannot be.")


@app.command()
def parked(*, json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False) -> None:
    """List the events that are too large or invalid to be published. Later events of their aggregates wait."""
    with _database() as database:
        import json as json_module

        from rich.table import Column, Table
        from rich.text import Text

        from aero.operate.outboxes import parked_events
        from aero.platform.terminal import console
        from aero.platform.terminal.tables import print_table

        events = parked_events(database)
        if json:
            typer.echo(json_module.dumps([event.to_dict() for event in events], indent=2))
        elif events:
            table = Table(Column("Event", no_wrap=True), "Type", "Behind it", "Reason", box=None, header_style="bold")
            for event in events:
                told = (event.id, f"{event.schema}.{event.type}", str(event.waiting), event.reason)
                table.add_row(*map(Text, told))
            print_table(table, console.out)
        else:
            console.out.print("No event is parked.")


@app.command()
def release(
    events: Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="As `parked` shows them.")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="All parked events.")] = False,
) -> None:
    """Let the relay try parked events again, after their cause is mended; an event that fails again is parked again."""
    if bool(events) == every:
        raise typer.BadParameter("Give the ids of events, or --all.")
    with _database() as database:
        from aero.operate.outboxes import parked_events
        from aero.operate.outboxes import release as let_go
        from aero.platform.terminal import console

        ids = events or [event.id for event in parked_events(database)]
        let_go(database, ids)
        console.out.print(f"{console.counted(len(ids), 'event', 'events')} released.")


@app.command()
def republish(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="E.g. payments.evt.completed.")],
    *,
    since: Annotated[
        datetime,
        typer.Option(parser=_instant, metavar="WHEN", help="The earliest publication; ISO 8601, UTC without a zone."),
    ],
) -> None:
    """Publish events again whose messages were lost, for example with their topic; consumers recognize them by id."""
    with _database() as database:
        from aero.operate.republish import republish as publish_again
        from aero.operate.republish import types_of
        from aero.platform.terminal import console

        count = publish_again(database, types_of(Paths.from_env(), topic), since=since)
        console.out.print(f"{console.counted(count, 'event', 'events')} of {topic} will be published again.")


@contextmanager
def _database() -> Iterator[Database]:
    paths = Paths.from_env()
    with failures_explained(paths):
        record = running(paths)
        from aero.process.running_database import running_database

        yield running_database(paths, record)
