"""The command line of `aero dlq`."""

# ruff: noqa: PLC0415 - as in app.py

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from aero.cli.failures import failures_explained
from aero.platform.paths import Paths
from aero.process.running import running

if TYPE_CHECKING:
    from rich.table import Table

    from aero.operate.letters.letter import Letter
    from aero.operate.letters.office import DeadLetterOffice

app = typer.Typer(no_args_is_help=True, help="Dead letters: messages that a consumer could not process.")

OnTopic = Annotated[str, typer.Option("--topic", metavar="TOPIC", help="Only letters of this dead letter topic.")]
OfMapping = Annotated[str, typer.Option("--mapping", metavar="NAME", help="Only letters of this mapping.")]

Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]…", help="As `list` shows them.")]
Every = Annotated[bool, typer.Option("--all", help="All letters, or all of a topic or mapping.")]


@app.command("list")
def list_letters(
    *,
    topic: OnTopic = "",
    mapping: OfMapping = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="The most letters to list.")] = 100,
    json: Annotated[bool, typer.Option("--json", help="For scripts, a line for each letter.")] = False,
) -> None:
    """List dead letters that wait, oldest first."""
    with _office(topic=topic, mapping=mapping) as office:
        import json as json_module
        from itertools import islice

        from aero.operate.letters.office import PAGE
        from aero.platform.terminal import console
        from aero.platform.terminal.tables import print_table

        letters = office.letters(topic=topic, mapping=mapping, page=min(limit + 1, PAGE))
        found = list(islice(letters, limit + 1))
        if json:
            for letter in found[:limit]:
                typer.echo(json_module.dumps(letter.to_dict()))
        elif found:
            print_table(_table(found[:limit]), console.out)
        else:
            console.out.print("There are no dead letters.")
        if len(found) > limit:
            console.err.print(f"Only the first {limit} are listed: see --limit.")


@app.command()
def show(
    letter: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")],
    *,
    raw: Annotated[bool, typer.Option("--raw", help="Only the original bytes.")] = False,
    json: Annotated[
        bool, typer.Option("--json", help="For scripts: the whole letter; bytes that are not text in base64.")
    ] = False,
) -> None:
    """Show one dead letter: its reason, topic, receives and content; a terminal shows the beginning of a long one."""
    if raw and json:
        raise typer.BadParameter("Give --raw or --json.")
    with _office() as office:
        import json as json_module

        from aero.operate.letters.letter_content import beginning, body, whole
        from aero.platform.terminal import console
        from aero.platform.terminal.console import printable

        found = office.find(letter)
        if raw:
            sys.stdout.buffer.write(found.content)
            return
        if json:
            typer.echo(json_module.dumps(whole(found), indent=2))
            return
        values = {name.replace("_", " "): value for name, value in found.to_dict().items()}
        values |= {f"property {name}": value for name, value in values.pop("properties").items()}
        width = max(len(name) for name in values)
        for name, value in values.items():
            line = printable(f"{name:<{width}}  {value}")
            console.out.print(line, markup=False, soft_wrap=True)
        text = beginning(found) if console.out.is_terminal else body(found)
        console.out.print(f"\n{text}", markup=False, soft_wrap=True)


@app.command()
def redrive(
    letters: Ids = None,
    *,
    every: Every = False,
    topic: OnTopic = "",
    mapping: OfMapping = "",
) -> None:
    """Send dead letters back to their topics, only for the mapping that failed; their receive count starts anew."""
    _require_choice(letters, every=every, narrowed=bool(topic or mapping))
    with _office(topic=topic, mapping=mapping) as office:
        from aero.platform.terminal import console

        sent: Counter[str] = Counter()
        try:
            if letters:
                office.redrive_these(letters, lambda letter: sent.update([letter.topic]))
            else:
                for accepted in office.redrive_all(topic=topic, mapping=mapping):
                    sent.update(accepted)
        finally:
            for name, number in sorted(sent.items()):
                told = console.counted(number, "letter", "letters")
                console.out.print(f"{told} sent back to {name}.", markup=False)
        if not sent:
            console.out.print("There are no such dead letters.")


@app.command()
def discard(
    letters: Ids = None,
    *,
    every: Every = False,
    topic: OnTopic = "",
    mapping: OfMapping = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; required without a terminal.")] = False,
) -> None:
    """Remove dead letters for good. Each removed letter is kept, whole, in a file beside the logs."""
    _require_choice(letters, every=every, narrowed=bool(topic or mapping))
    if not yes and not _is_interactive():
        raise typer.BadParameter("There is no terminal to ask on: confirm with --yes.")
    with _office(topic=topic, mapping=mapping) as office:
        from aero.operate.letters.discarded_letters import DiscardedLetters
        from aero.platform.terminal import console

        ids = letters or [letter.id for letter in office.letters(topic=topic, mapping=mapping)]
        if not ids:
            console.out.print("There are no such dead letters.")
            return
        if not yes:
            number = console.counted(len(set(ids)), "dead letter", "dead letters")
            typer.confirm(f"Discard {number} for good?", abort=True)
        discarded = DiscardedLetters(Paths.from_env().logs)
        try:
            office.discard_these(ids, discarded.keep)
        finally:
            for line in discarded.summary():
                console.out.print(line, markup=False, soft_wrap=True)


def _is_interactive() -> bool:
    return sys.stdin.isatty()


def _require_choice(letters: list[str] | None, *, every: bool, narrowed: bool) -> None:
    if bool(letters) == every or (letters and narrowed):
        raise typer.BadParameter("Give the ids of letters, or --all, with --topic or --mapping to narrow it.")


@contextmanager
def _office(*, topic: str = "", mapping: str = "") -> Iterator[DeadLetterOffice]:
    paths = Paths.from_env()
    with failures_explained(paths):
        api_url = os.environ.get("AERO_API_URL") or _running_api(paths)
        from aero.operate.letters.office import DeadLetterOffice

        office = DeadLetterOffice(api_url)
        office.require_known(topic=topic, mapping=mapping)
        yield office


def _running_api(paths: Paths) -> str:
    record = running(paths)
    for needed in ("localstack", "postgres", "router"):
        record.require_serving(needed)
    from aero.platform.ports import PortTable

    return PortTable(record.port_offset).url("api")


def _table(letters: list[Letter]) -> Table:
    from rich.table import Column, Table
    from rich.text import Text

    from aero.platform.terminal.console import printable

    columns = [Column(name, no_wrap=True) for name in ("Id", "Time (UTC)", "Mapping", "Receives")]
    table = Table(*columns, "Reason", box=None, header_style="bold")
    for letter in letters:
        time = letter.time[:19].replace("T", " ")
        told = (letter.id, time, letter.mapping, letter.receive_count, letter.reason)
        table.add_row(*(Text(printable(text)) for text in told))  # Text, since brackets in a reason are not Rich markup
    return table
