"""`aero psql` uses a pager only at a prompt on a terminal."""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest

from aero.cli import database
from aero.platform.database import Database
from aero.process import running_database

DATABASE = Database(host="h", port=1, name="n", user="u", password="p")


@pytest.mark.parametrize(
    ("arguments", "terminal", "pager"),
    [
        ([], True, True),
        (["-A"], True, True),
        ([], False, False),
        (["-c", r"\dt"], True, False),
        (["-Atc", "select 1"], True, False),
        (["--command=select 1"], True, False),
        (["-f", "file.sql"], True, False),
        (["--file", "file.sql"], True, False),
    ],
)
def test_commands_run_without_a_pager(
    arguments: list[str], terminal: bool, pager: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By default psql pages on every terminal (its manual: `pager`), and a script's command would wait for a key."""
    ran: list[list[str]] = []
    monkeypatch.setattr(os, "execve", lambda _program, argv, _environment: ran.append(argv))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: terminal, raising=False)
    record: Any = object()
    monkeypatch.setattr(database, "running", lambda _paths: record)
    monkeypatch.setattr(running_database, "running_database", lambda _paths, _record: DATABASE)
    database.psql(arguments)
    assert ("pager=off" not in ran[0]) is pager
    assert ran[0][len(ran[0]) - len(arguments) :] == arguments
