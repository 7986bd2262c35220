"""The command line of `aero scenario`."""

# ruff: noqa: PLC0415 - as in app.py

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer

from aero.cli.failures import failures_explained
from aero.platform.paths import Paths
from aero.process.running import running
from scenarios.failover.cases import Case

if TYPE_CHECKING:
    from scenarios.document.chapter import Chapter
    from scenarios.scenario import Options, Scenario

O = TypeVar("O", bound="Options")  # noqa: E741 - the usual name of one type parameter

app = typer.Typer(no_args_is_help=True, help="Test the platform's promises on the running platform.")

WATCHED: Final = (
    "The platform runs functions from the working tree (--watch). They load more slowly and check every file before "
    "each request, so the figures of this run do not count, and a limit may be missed."
)
CASES: Final = f"Only this case; repeatable: {', '.join(Case)}."
SEED: Final = "The seed of an earlier run, to repeat its choices."


@app.command("exactly-once")
@app.command("3", hidden=True)
def exactly_once(
    *,
    payments: Annotated[int, typer.Option("--payments", "-n", min=20, metavar="N", help="How many payments.")] = 1_000,
    seed: Annotated[int | None, typer.Option(metavar="N", help=SEED)] = None,
    clients: Annotated[int, typer.Option(min=1, max=256, metavar="N", help="How many clients send at a time.")] = 16,
    kill: Annotated[bool, typer.Option("--kill/--no-kill", help="Whether to kill -9 at random.")] = True,
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Send repeated payments under faults and kills, then check that each was paid once and none was lost.

    Concurrent clients send each payment 1 to 5 times in random order, and repeat and reorder conversions, while the
    gateway fails, and functions, relay, bridge, broker, PostgreSQL and LocalStack are killed at random. Then some
    payments are reversed in the same way.

    Exit code 1 if a promise was broken. The payments stay in your data.
    """
    paths = Paths.from_env()
    with failures_explained(paths):
        from scenarios.exactly_once.scenario import ExactlyOnce, Options

        _run(paths, ExactlyOnce, Options(payments=payments, seed=_seed(seed), clients=clients, kill=kill), json=json)


@app.command("failover")
@app.command("2", hidden=True)
def failover(
    *,
    case: Annotated[list[Case] | None, typer.Option(metavar="CASE", help=CASES)] = None,
    seconds: Annotated[float, typer.Option(min=6, metavar="S", help="How long each case takes, at least.")] = 60,
    rate: Annotated[float, typer.Option(min=10, max=500, metavar="N", help="Requests a second.")] = 20,
    seed: Annotated[int | None, typer.Option(metavar="N", help=SEED)] = None,
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Break an instance of the campaigns API under a steady load, and check that no client notices.

    The primary is killed repeatedly, hung, throttled and deployed broken, then healed. The same happens to the replica
    while it serves. At last every function is killed at once. Each request is sent at its due time, and its first
    answer counts. Clients repeat a request only in that last case, after Retry-After, under the same Idempotency-Key.

    Exit code 1 unless 99.99 % of the requests succeed, p99 is under 2 s during the fault, recovery takes less than
    10 s, no write is executed twice, and no event is lost. All is healed at the end; the campaigns stay in your data.
    """
    paths = Paths.from_env()
    with failures_explained(paths):
        from aero.run.foreground import take_stop_signals_for_ctrl_c
        from scenarios.failover.scenario import Failover, Options

        take_stop_signals_for_ctrl_c()  # Ctrl-C heals
        options = Options(cases=case or tuple(Case), seconds=seconds, rate=rate, seed=_seed(seed))
        _run(paths, Failover, options, json=json)


@app.command("version-switch")
@app.command("9", hidden=True)
def version_switch(
    *,
    seconds: Annotated[float, typer.Option(min=10, metavar="S", help="How long the load lasts.")] = 60,
    rate: Annotated[float, typer.Option(min=5, max=500, metavar="N", help="Requests a second.")] = 20,
    switches: Annotated[int, typer.Option(min=1, max=50, metavar="N", help="How often the version is switched.")] = 50,
    seed: Annotated[int | None, typer.Option(metavar="N", help=SEED)] = None,
    json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Switch the report's version repeatedly under load, and check that no request fails.

    Every kind of report is requested while payments are made. The version is switched at random moments, for all
    affiliates or for some. Meanwhile the read model is rebuilt and the reports function is deployed again. Each request
    is sent at its due time, and its first answer counts.

    Exit code 1 if a request fails, a body does not fit its version, or a switch takes effect later than a second. The
    earlier version is restored at the end; the payments stay in your data.
    """
    paths = Paths.from_env()
    with failures_explained(paths):
        from aero.run.foreground import take_stop_signals_for_ctrl_c
        from scenarios.version_switch.scenario import Options, VersionSwitch

        take_stop_signals_for_ctrl_c()  # Ctrl-C restores the version
        options = Options(seconds=seconds, rate=rate, switches=switches, seed=_seed(seed))
        _run(paths, VersionSwitch, options, json=json)


@app.command("all")
def all_scenarios(
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Less load: minutes instead of a quarter of an hour.")] = False,
    seed: Annotated[int | None, typer.Option(metavar="N", help=SEED)] = None,
    earlier: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="FILE", help="Run nothing: use the --json of an earlier run; repeatable."),
    ] = None,
) -> None:
    """Run failover, exactly-once and version-switch, and write one report about all promises.

    The report is a page of HTML, which can be printed and sent, and the same in Markdown. Both are in reports/ below
    .aero, and the command prints their paths.

    Exit code 1 unless every promise held.
    """
    paths = Paths.from_env()
    with failures_explained(paths):
        from aero.platform.terminal import console
        from scenarios import suite

        chapters = list(suite.earlier(earlier)) if earlier else _all(paths, _seed(seed), quick=quick)
        findings, html, markdown = suite.write(chapters, paths)
        for chapter in chapters:
            style = "green" if chapter.holds else "bold red"
            console.out.print(f"{chapter.verdict:<11} {chapter.title}", style=style, markup=False, soft_wrap=True)
        console.out.print(f"{findings.verdict}\n{html}\n{markdown}", markup=False, soft_wrap=True)
        if not findings.holds:
            raise typer.Exit(1)


def _all(paths: Paths, seed: int, *, quick: bool) -> list[Chapter]:
    """Run all scenarios, and print what went wrong in each."""
    from aero.platform.terminal import console
    from aero.run.foreground import progress, take_stop_signals_for_ctrl_c
    from scenarios import suite
    from scenarios.report import show

    take_stop_signals_for_ctrl_c()  # Ctrl-C heals
    if running(paths).watch:
        console.err.print(WATCHED, style="yellow", markup=False, soft_wrap=True)
    chapters = []
    renderer = progress()
    try:
        for chapter in suite.run(paths, suite.QUICK if quick else suite.FULL, seed, renderer):
            renderer.close()
            chapters.append(chapter)
            if chapter.report is None:
                console.error(f"{chapter.title}: {chapter.problem}")
            else:
                show(chapter.report, console.out)
    finally:
        renderer.close()
    return chapters


def _run(paths: Paths, scenario: type[Scenario[O]], options: O, *, json: bool) -> None:
    """Run a scenario and print its report; raises Exit with code 1 if a check does not hold."""
    import asyncio
    import json as json_module

    from aero.platform.terminal import console
    from aero.run.foreground import progress
    from scenarios.report import show

    if running(paths).watch:
        console.err.print(WATCHED, style="yellow", markup=False, soft_wrap=True)
    renderer = progress(console.err if json else console.out)
    try:
        report = asyncio.run(scenario(paths, options, renderer).run())
    finally:
        renderer.close()
    if json:
        typer.echo(json_module.dumps(report.to_dict(), indent=2, ensure_ascii=False))
    else:
        show(report, console.out)
        verdict = scenario.verdict if report.holds else "A promise was broken."
        console.out.print(f"{verdict} To repeat it: {report.again}", soft_wrap=True)
    if not report.holds:
        raise typer.Exit(1)


def _seed(given: int | None) -> int:
    return random.SystemRandom().randrange(1, 2**31) if given is None else given
