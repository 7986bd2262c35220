"""The `aero` command. Each command imports its modules only when it is called, so that help is instant."""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from aero.cli import database, demo, dlq, gateway, holds, invoke, outbox, reports, scenario, trace
from aero.cli.affiliates import commands as affiliates
from aero.cli.failures import failures_explained
from aero.platform.broker_access import PulsarAccess
from aero.platform.environment import keep_loopback_off_proxies
from aero.platform.paths import Paths
from aero.platform.settings import External, PulsarKind, Settings
from aero.platform.terminal.lost_output import open_standard_descriptors
from aero.process.running import running, running_emulator

app = typer.Typer(
    name="aero",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Runs the Aeropartners platform on this machine, without Docker: PostgreSQL, Pulsar, the Stripe simulator and "
    "LocalStack. State and logs are in .aero/, or in $AERO_HOME.",
)


app.add_typer(affiliates.app, name="affiliates")
app.add_typer(dlq.app, name="dlq")
app.add_typer(outbox.app, name="outbox")
app.add_typer(reports.app, name="reports")
app.add_typer(scenario.app, name="scenario")


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"aero {version('aeropartners')}")
        raise typer.Exit


@app.callback()
def prepare(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Prepare the process; Typer calls this before every command."""
    del version
    open_standard_descriptors()
    keep_loopback_off_proxies()


@app.command()
def up(
    *,
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="Return once the platform is ready; `down` stops it.")
    ] = False,
    reset: Annotated[bool, typer.Option("--reset", help="Delete all data first.")] = False,
    port_offset: Annotated[
        int,
        typer.Option(metavar="N", help="Add N to every port. Up to 20656 is safe on Linux; above it aero warns."),
    ] = 0,
    pulsar: Annotated[
        PulsarKind, typer.Option(help="Apache Pulsar, or pulsar-lite, a small stand-in.")
    ] = PulsarKind.apache,
    watch: Annotated[bool, typer.Option("--watch", help="Run functions from the working tree.")] = False,
    debug: Annotated[
        list[str] | None, typer.Option(metavar="NAME=PORT", help="Make a function wait for a debugger; repeatable.")
    ] = None,
    cors: Annotated[
        list[str] | None,
        typer.Option(metavar="ORIGIN", help="Let web pages of this origin call the APIs; repeatable."),
    ] = None,
    host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Also answer to this name of the machine, besides localhost; repeatable."),
    ] = None,
    progress_to_descriptor: Annotated[int, typer.Option(hidden=True)] = 0,
) -> None:
    """Start the platform, and stay until Ctrl-C.

    AERO_DATABASE_URL, AERO_PULSAR_URL and AERO_AWS_ENDPOINT_URL name services that run elsewhere; they replace our
    own. That Pulsar is reached with AERO_PULSAR_TOKEN (or AERO_PULSAR_TOKEN_FILE) and AERO_PULSAR_CA, a PEM file. Our
    topics are created on it only if AERO_PULSAR_ADMIN_URL is set.
    """
    paths = Paths.from_env()
    with failures_explained(paths, quietly=bool(progress_to_descriptor)):
        from aero.platform import origins
        from aero.platform.ports import PortTable
        from aero.run import foreground
        from aero.run.debugging import debug_ports

        external = External.from_env()
        settings = Settings(
            port_offset=port_offset,
            pulsar=pulsar,
            reset=reset,
            watch=watch,
            debug=debug_ports(debug or [], template=paths.template, table=PortTable(port_offset)),
            cors=tuple(origins.origin(text) for text in cors or ()),
            hosts=tuple(origins.host(text) for text in host or ()),
            external=external,
            pulsar_access=PulsarAccess.from_env(external.pulsar_url),
        )
        if progress_to_descriptor:
            foreground.up_for_another(paths, settings, progress_to_descriptor)
        elif detach:
            foreground.up_in_background(paths, settings)
        else:
            foreground.up_here(paths, settings)


@app.command()
def down() -> None:
    """Stop the platform; its data stays."""
    paths = Paths.from_env()
    with failures_explained(paths):
        from aero.platform.terminal import console
        from aero.run.down import down as stop
        from aero.run.foreground import progress

        renderer = progress()
        try:
            stopped = stop(paths, renderer)
        finally:
            renderer.close()
        if not stopped:
            console.out.print("The platform is not running.")


app.command()(holds.stop)
app.command()(holds.start)
app.command()(gateway.gateway)
app.command()(demo.demo)
app.command()(trace.trace)
app.command("report", hidden=True)(reports.show)


@app.command()
def status(*, json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False) -> None:
    """Show components, functions and outboxes; exit code 0 if all is well, 1 if not, 3 if nothing runs."""
    paths = Paths.from_env()
    with failures_explained(paths):
        import json as json_module

        from aero.operate.status.platform_status import current_status, show
        from aero.platform.terminal import console

        found = current_status(paths)
        if json:
            typer.echo(json_module.dumps(found.to_dict(), indent=2))
        else:
            show(found, console.out)
        if not found.is_healthy:
            raise typer.Exit(1)


@app.command()
def deploy() -> None:
    """Build changed functions and deploy them to the running platform."""
    paths = Paths.from_env()
    with failures_explained(paths):
        import asyncio

        from aero.run.foreground import progress
        from aero.run.redeploy import redeploy

        renderer = progress()
        try:
            asyncio.run(redeploy(paths, running(paths), renderer))
        finally:
            renderer.close()


@app.command()
def validate() -> None:
    """Check the connector's outboxes and mappings in the template, as every deploy does; exit code 1 if invalid."""
    paths = Paths.from_env()
    with failures_explained(paths):
        from aero.deploy.connector_configuration import read_configuration
        from aero.platform.terminal import console

        found = read_configuration(paths.template, paths.topics)
        found.require_valid()
        console.out.print(f"Valid: {len(found.outboxes)} outboxes, {len(found.mappings)} mappings.")


@app.command()
def logs(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]…", help="Functions or components.")] = None,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Keep printing new lines.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="How many earlier lines to print first.")] = 50,
    minutes: Annotated[int, typer.Option(min=1, help="How far back to look in functions' logs.")] = 60,
) -> None:
    """Show the logs of functions, by default of all, or of postgres, pulsar, localstack, simulator, router.

    These are logs too: aero, sam-build, sam-deploy, localstack-install, web-install.
    """
    paths = Paths.from_env()
    with failures_explained(paths):
        from aero.operate.logs import COMPONENTS, OTHERS, Printer, print_logs, sources
        from aero.platform.terminal import console

        wanted = names or []
        of_functions = not wanted or not set(wanted) <= {*COMPONENTS, *OTHERS}
        emulator = running_emulator(paths) if of_functions else None
        since = datetime.now(UTC) - timedelta(minutes=minutes)
        print_logs(sources(paths, emulator, wanted, lines=lines, since=since), Printer(console.out), follow=follow)


app.command()(invoke.invoke)
app.command()(database.migrate)
app.command(context_settings={"ignore_unknown_options": True})(database.psql)
