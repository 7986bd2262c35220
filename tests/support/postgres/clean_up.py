"""Runs the clean-ups of all contexts as their functions do, with the template's policies."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

from aero.deploy.template.document import load_template
from event_collector import olvidar_repeticiones
from event_collector.composition_root import clean_up_dependencies
from seedwork.infraestructura.postgres.database import PostgresDatabase
from seedwork.infraestructura.postgres.database_secret import DatabaseSecret
from support.lambda_events import PROJECT, FakeContext

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase

CONTEXTS: Final = ("pagos", "campanas", "event_collector", "reportes")
POLICIES: Final = {"OUTBOX_DAYS": "OutboxDays", "MESSAGE_DAYS": "MessageDays", "HISTORY_DAYS": "HistoryDays"}


@contextmanager
def clean_ups(database: TestDatabase) -> Iterator[Callable[[], dict[str, dict[str, int]]]]:
    """Yield a function that runs all clean-ups on that database and returns the result of each."""
    parameters = load_template(PROJECT / "infra/template.yaml")["Parameters"]
    environment = {name: str(parameters[parameter]["Default"]) for name, parameter in POLICIES.items()}
    modules = {context: import_module(f"{context}.archivar") for context in CONTEXTS}

    def run() -> dict[str, dict[str, int]]:
        done = {}
        for context, module in modules.items():
            with patch.dict(os.environ, environment | {"DATABASE_SECRET": context}):
                done[context] = module.handler({}, FakeContext(milliseconds=60_000))
        with patch.dict(os.environ, {"DATABASE_SECRET": "event_collector"}):
            done["repeticiones"] = olvidar_repeticiones.handler({}, FakeContext(milliseconds=60_000))
        return done

    def read(name: str, _fresh: Any = None) -> DatabaseSecret:
        return database.secret(name)

    with ExitStack() as sessions:
        for context in CONTEXTS:
            root = import_module(f"{context}.composition_root")
            sessions.enter_context(
                patch.object(
                    root, "PostgresDatabase", lambda secret: sessions.enter_context(closing(PostgresDatabase(secret)))
                )
            )
        sessions.enter_context(patch.object(DatabaseSecret, "read", read))
        _forget(modules.values())
        yield run
        _forget(modules.values())


def _forget(modules: Any) -> None:
    clean_up_dependencies.cache_clear()
    for module in modules:
        module.archive_dependencies.cache_clear()
