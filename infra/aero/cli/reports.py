"""The command line of `aero reports`."""

# ruff: noqa: PLC0415 - as in app.py

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from aero.cli.failures import failures_explained
from aero.platform.paths import Paths
from aero.process.running import running

if TYPE_CHECKING:
    from rich.console import Console

    from aero.operate.reports.comparison import Difference
    from aero.operate.reports.rebuild import Rebuilt

app = typer.Typer(no_args_is_help=True, help="Reports: show them, and rebuild their read model.")


@app.command()
def show(
    *,
    since: Annotated[str | None, typer.Option("--from", metavar="WHEN", help="ISO 8601; UTC without a zone.")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="WHEN", help="Before this instant.")] = None,
    status: Annotated[str | None, typer.Option(help="PENDING, COMPLETED, FAILED, REVERSED or VOIDED.")] = None,
    currency: Annotated[
        str, typer.Option(help="USD, EUR or COP; amounts in different currencies are never added.")
    ] = "COP",
    campaign: Annotated[str | None, typer.Option(metavar="ID", help="Only this campaign.")] = None,
    affiliate: Annotated[str | None, typer.Option(metavar="ID", help="Only this affiliate.")] = None,
    top: Annotated[int, typer.Option(min=1, metavar="N", help="How many campaigns to show.")] = 20,
    csv: Annotated[bool, typer.Option("--csv", help="For a spreadsheet.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The API's answer, for scripts.")] = False,
) -> None:
    """Show payments and tracked events by campaign, with a bar for each. `aero report` is the same."""
    paths = Paths.from_env()
    with failures_explained(paths):
        from aero.operate.reports.report import DetailedReport, csv_of, json_of, show_report
        from aero.platform.ports import PortTable
        from aero.platform.terminal import console

        api_url = PortTable(running(paths).port_offset).url("api")
        asked = {
            "fecha_desde": since, "fecha_hasta": until, "estado": status, "moneda": currency,
            "id_campana": campaign, "id_afiliado": affiliate,
        }  # fmt: skip
        query = {name: value for name, value in asked.items() if value is not None}
        if json or csv:
            typer.echo(json_of(api_url, query) if json else csv_of(api_url, query), nl=json)
        else:
            show_report(DetailedReport.of(api_url, query), console.out, top=top)


@app.command()
def rebuild(
    *,
    accept: Annotated[
        bool, typer.Option("--accept-differences", help="Switch even if the read models differ.")
    ] = False,
    only_compare: Annotated[bool, typer.Option("--only-compare", help="Never switch.")] = False,
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Rebuild the read model from the event stores while the old one serves; compare both, then switch.

    New events are projected into both meanwhile. The switch is one transaction, so that no report mixes them.

    Exit code 1 if both differ and the differences are not accepted: then the old one goes on serving.
    """
    if accept and only_compare:
        raise typer.BadParameter("--only-compare never switches: leave out --accept-differences.")
    paths = Paths.from_env()
    with failures_explained(paths):
        import json as json_module
        from dataclasses import asdict

        from aero.operate.reports.comparison import same
        from aero.operate.reports.rebuild import Rebuild
        from aero.platform.terminal import console
        from aero.process.running_database import chosen_database
        from aero.run.foreground import progress, take_stop_signals_for_ctrl_c

        def may_switch(differences: Sequence[Difference]) -> bool:
            return not only_compare and (accept or same(differences))

        take_stop_signals_for_ctrl_c()  # Ctrl-C cleans up
        database = chosen_database(paths)
        renderer = progress(console.err if json else console.out)
        try:
            rebuilt = Rebuild(paths, database, renderer).run(may_switch=may_switch)
        finally:
            renderer.close()
        if json:
            typer.echo(json_module.dumps(asdict(rebuilt), indent=2))
        else:
            _show(rebuilt, console.out)
        if not rebuilt.is_the_same and not rebuilt.switched:
            raise typer.Exit(1)


def _show(rebuilt: Rebuilt, console: Console) -> None:
    from rich.table import Column, Table

    from aero.platform.terminal.tables import print_table

    counts = (Column(name, justify="right") for name in ("Rows", "Only before", "Only now"))
    table = Table("Table", *counts, box=None, header_style="bold")
    for difference in rebuilt.differences:
        table.add_row(
            difference.table, f"{difference.rows:,}", f"{difference.only_old:,}", f"{difference.only_new:,}",
            style=None if difference.is_none else "red",
        )  # fmt: skip
    console.print()
    print_table(table, console)
    for difference in rebuilt.differences:
        for example in difference.examples:
            console.print(f"{difference.table}, only {example}", style="red", markup=False, soft_wrap=True)
    console.print()
    if rebuilt.unreadable:
        console.print(f"{rebuilt.unreadable:,} events are left out, since they break their contract.")
    if rebuilt.switched:
        console.print(f"Rebuilt from {rebuilt.events:,} events: the new generation serves.")
    elif rebuilt.is_the_same:
        console.print(f"{rebuilt.events:,} events give the same read model as the serving one.")
    else:
        console.print(
            "The generations differ, so the old one goes on serving. If the new one is right: "
            "aero reports rebuild --accept-differences",
            soft_wrap=True,
        )
