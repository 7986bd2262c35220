"""The command line of `aero report`."""

# ruff: noqa: PLC0415 - as in app.py

from __future__ import annotations

from typing import Annotated

import typer

from aero.cli.failures import failures_explained
from aero.platform.paths import Paths
from aero.process.running import running


def report(
    *,
    since: Annotated[str | None, typer.Option("--from", metavar="WHEN", help="ISO 8601; UTC without a zone.")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="WHEN", help="Before this instant.")] = None,
    status: Annotated[str | None, typer.Option(help="PENDING, COMPLETED, FAILED, REVERSED or VOIDED.")] = None,
    currency: Annotated[str, typer.Option(help="USD, EUR or COP; amounts of different ones are never added.")] = "COP",
    campaign: Annotated[str | None, typer.Option(metavar="ID", help="Of this campaign alone.")] = None,
    affiliate: Annotated[str | None, typer.Option(metavar="ID", help="Of this affiliate alone.")] = None,
    top: Annotated[int, typer.Option(min=1, metavar="N", help="How many campaigns to show.")] = 20,
    csv: Annotated[bool, typer.Option("--csv", help="For a spreadsheet.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The API's answer, for scripts.")] = False,
) -> None:
    """Show what was paid, by campaign, with a bar for each and what was tracked of it."""
    paths = Paths.from_env()
    with failures_explained(paths):
        from aero.operate.reports.report import Report, csv_of, json_of, show
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
            show(Report.of(api_url, query), console.out, top=top)
