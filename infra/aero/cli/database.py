"""The command lines of `aero migrate` and `aero psql`."""

# ruff: noqa: PLC0415 - as in app.py

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from aero.cli.failures import failures_explained
from aero.platform.naming import SCHEMAS
from aero.platform.paths import Paths
from aero.process.running import running

# Several contexts have a table of the same name, such as outbox; without a schema psql means the first context's.
NO_PAGER = ("--pset", "pager=off")  # a pager would wait for a key in a script
_COMMANDS = re.compile(r"-[A-Za-z]*[cfl]|--(command|file|list)\b")
SEARCH_PATH = f"-c search_path={','.join(SCHEMAS)},public"


def migrate() -> None:
    """Bring the schemas of the running platform up to date, or those of AERO_DATABASE_URL."""
    paths = Paths.from_env()
    with failures_explained(paths):
        from aero.platform.terminal import console
        from aero.process.running_database import chosen_database

        database = chosen_database(paths)
        applied = database.migrate(paths.project / "infra" / "migrations")
        console.out.print(f"{applied} migrations applied to {database.name} on {database.host}:{database.port}.")


def psql(arguments: Annotated[list[str] | None, typer.Argument(help="Passed on to psql.")] = None) -> None:
    r"""Open psql on the running platform's database, as its administrator.

    `\dt` shows the tables of all contexts, `\dt *.outbox` every context's outbox. Other clients find the password
    in .aero/state/secrets.json, as database.aero.
    """
    paths = Paths.from_env()
    with failures_explained(paths):
        from aero.process.running_database import running_database
        from aero.run.components.postgres import binaries

        database = running_database(paths, running(paths))
        program = binaries() / "psql"
        environment = os.environ | database.libpq_environment() | {"PGOPTIONS": SEARCH_PATH}
        given = [
            *([] if sys.stdin.isatty() and not _answers_at_once(arguments or []) else NO_PAGER),
            *(arguments or []),
        ]
        os.execve(program, [str(program), *given], environment)  # noqa: S606


def _answers_at_once(arguments: Sequence[str]) -> bool:
    """Return whether psql runs commands and ends, instead of opening a prompt.

    >>> [_answers_at_once([text]) for text in ("-c", "-Atc", "--command=select 1", "-ffile", "-l", "--expanded", "-A")]
    [True, True, True, True, True, False, False]
    """
    return any(_COMMANDS.match(argument) for argument in arguments)
