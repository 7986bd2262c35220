"""The command `aero affiliates` on a test's database, and the event collector's reading of its result."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from event_collector.infraestructura.postgres.afiliado_queries import PostgresAfiliados

if TYPE_CHECKING:
    from typer.testing import Result

    from event_collector.dominio.afiliado import Afiliado
    from support.postgres.database import TestDatabase

ID: Final = "afiliado-007"
DEFAULT_LIMIT: Final = 6_000


class Affiliates(Protocol):
    """Runs `aero affiliates` on the test's database by AERO_DATABASE_URL."""

    def __call__(self, *arguments: str) -> Result:
        """Run the command with these arguments."""
        ...


def environment(database: TestDatabase, home: Path) -> dict[str, str]:
    """Return the environment of the command for the test's database."""
    it = database.administered
    url = f"postgresql://{it.user}:{it.password}@{it.host}:{it.port}/{it.name}?sslmode=disable"
    return {"AERO_HOME": str(home), "AERO_DATABASE_URL": url}


def done(result: Result) -> str:
    """Return the output for scripts of a successful command."""
    assert result.exit_code == 0, result.output
    return result.stdout


def as_read(database: TestDatabase, id_afiliado: str = ID) -> Afiliado:
    """Return the affiliate as read by the event collector's API."""
    with database.connections("event_collector") as connect:
        return PostgresAfiliados(connect(), eventos_por_minuto=DEFAULT_LIMIT).buscar([id_afiliado])[id_afiliado]


def listed(affiliates: Affiliates) -> list[dict[str, Any]]:
    """Return the listing for scripts."""
    found: list[dict[str, Any]] = json.loads(done(affiliates("list", "--json")))
    return found
