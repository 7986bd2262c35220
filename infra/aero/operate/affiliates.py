"""Opens the affiliates' register in the running platform's database, and shows affiliates, for `aero affiliates`."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from rich.table import Column, Table
from rich.text import Text

from aero.platform.errors import AeroError
from event_collector.dominio.errores import AfiliadoDesconocidoError
from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.postgres.afiliado_registry import PostgresRegistroDeAfiliados
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError
from seedwork.infraestructura.postgres.database import PostgresDatabase
from seedwork.infraestructura.postgres.database_secret import DatabaseSecret

if TYPE_CHECKING:
    from aero.platform.database import Database
    from event_collector.aplicacion.administrar_afiliados import AfiliadoRegistrado, RegistroDeAfiliados

DEFAULT: Final = "default"


@contextmanager
def register(database: Database, *, id_afiliado: str = "") -> Iterator[RegistroDeAfiliados]:
    """Open the register as the database's administrator. Raises AeroError, also for an unknown affiliate."""
    _require_schema(database)
    secret = DatabaseSecret.from_json(database.secret(database.user, database.password))
    connection = PostgresDatabase(lambda _fresh: secret)
    try:
        yield PostgresRegistroDeAfiliados(connection)
    except AfiliadoDesconocidoError:
        cure = f"aero affiliates add {shlex.quote(id_afiliado)}"
        raise AeroError(f"There is no affiliate {id_afiliado}.", cure=cure) from None
    except DependencyUnavailableError as failure:
        raise AeroError(
            f"The database on {database.host}:{database.port} did not accept the change: {failure.__cause__}.",
            cure="An already shown key or secret is not valid; make another later.",
        ) from None
    finally:
        connection.close()


def _require_schema(database: Database) -> None:
    with database.connect() as connection:
        [table] = connection.execute("select to_regclass('event_collector.afiliados')").fetchone()
    if table is None:
        raise AeroError(
            f"The schema of {database.name} on {database.host}:{database.port} is not up to date.", cure="aero migrate"
        )


def document_of(affiliate: AfiliadoRegistrado) -> dict[str, Any]:
    """Return an affiliate for scripts; instants are ISO 8601 in UTC."""
    newest = affiliate.ultima_llave
    return {
        "id": affiliate.id,
        "active": affiliate.activo,
        "types": _types(affiliate),
        "limit_per_minute": affiliate.eventos_por_minuto,
        "proven_conversions": affiliate.conversiones_probadas,
        "api_keys": affiliate.llaves,
        "newest_key": newest and newest.astimezone(UTC).isoformat(),
        "webhook_secret": affiliate.con_secreto_webhook,
    }


def described(affiliate: AfiliadoRegistrado) -> str:
    """Return everything about an affiliate in one line."""
    own = affiliate.eventos_por_minuto
    limit = f"limit {own} a minute" if own else "default limit"
    keys = number_of_keys(affiliate.llaves) if affiliate.llaves else "no API keys"
    secret = "a webhook secret" if affiliate.con_secreto_webhook else "no webhook secret"
    proven = ["conversions proven"] if affiliate.conversiones_probadas else []
    return "; ".join(
        ["active" if affiliate.activo else "not active", _allowed(affiliate), *proven, limit, keys, secret]
    )


def number_of_keys(number: int) -> str:
    """Return a number of API keys in words."""
    return f"{number} {'API key' if number == 1 else 'API keys'}"


def table_of(found: Sequence[AfiliadoRegistrado]) -> Table:
    """Return affiliates as a table."""
    numbers = [Column(name, justify="right") for name in ("Per minute", "API keys")]
    table = Table(
        "Affiliate", "Active", "Types", *numbers, "Newest (UTC)", "Webhook secret", box=None, header_style="bold"
    )
    for affiliate in found:
        newest = affiliate.ultima_llave
        shown = (
            affiliate.id,
            "yes" if affiliate.activo else "no",
            _allowed(affiliate) + (", conversions proven" if affiliate.conversiones_probadas else ""),
            str(affiliate.eventos_por_minuto or DEFAULT),
            str(affiliate.llaves),
            newest.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S") if newest else "",
            "yes" if affiliate.con_secreto_webhook else "no",
        )
        table.add_row(*map(Text, shown))
    return table


def _types(affiliate: AfiliadoRegistrado) -> list[TipoEvento]:
    every = affiliate.permisos == set(TipoEvento)
    return list(TipoEvento) if every else sorted(affiliate.permisos)


def _allowed(affiliate: AfiliadoRegistrado) -> str:
    return "all types" if affiliate.permisos == set(TipoEvento) else ", ".join(_types(affiliate))
