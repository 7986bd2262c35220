"""Compares two generations of the read model row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, LiteralString

if TYPE_CHECKING:
    from psycopg import Connection

EXAMPLES: Final = 3
_NOT_EMPTY: Final = (
    "(pendientes, completados, fallidos, revertidos, anulados, impresiones, clicks, conversiones, vistas) "
    "is distinct from (0, 0, 0, 0, 0, 0, 0, 0, 0)"
    # Old totals are not compared: one generation may have forgotten them already (`reportes.olvidar_totales`).
    " and not (moneda = '' and ambito <> 'todo' and desde < current_date - 366)"
)
# For each table its compared columns, and the condition for its compared rows.
TABLES: Final[dict[LiteralString, tuple[LiteralString, LiteralString]]] = {
    "pagos": (
        "id, id_afiliado, id_campana, monto, moneda, estado, fecha, primera_version, ultima_version",
        "true",
    ),
    "campanas": ("id, nombre, version", "true"),
    # Older rows are not compared: one generation may have forgotten them already.
    "seguimiento": (
        "id, tipo, id_afiliado, id_campana, fecha",
        "fecha >= (select max(seguimiento_desde) from reportes.generaciones)",
    ),
    "totales": (
        """ambito, id_afiliado, moneda, nivel, desde, id_campana, pendientes, completados, fallidos, revertidos,
        anulados, monto_pendiente, monto_completado, monto_fallido, monto_revertido, monto_anulado,
        impresiones, clicks, conversiones, vistas""",
        _NOT_EMPTY,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The difference of a table between two generations; examples are rows that only one of them has."""

    table: str
    rows: int
    only_old: int
    only_new: int
    examples: Sequence[str]

    @property
    def is_none(self) -> bool:
        """Return whether both generations have the same rows."""
        return self.only_old == self.only_new == 0


def compare(connection: Connection, *, old: int, new: int) -> list[Difference]:
    """Compare each table in one statement, so an event projected meanwhile is seen in both generations or in none."""
    return [_compare(connection, table, old, new) for table in TABLES]


def same(differences: Iterable[Difference]) -> bool:
    """Return whether both generations have the same rows in every table."""
    return all(difference.is_none for difference in differences)


def _compare(connection: Connection, table: LiteralString, old: int, new: int) -> Difference:
    columns, condition = TABLES[table]
    rows = f"select {columns} from reportes.{table} where {condition} and generacion = "
    found = connection.execute(
        f"""
        with old as materialized ({rows} %(old)s), new as materialized ({rows} %(new)s),
             only_old as materialized (table old except table new),
             only_new as materialized (table new except table old)
        select (select count(*) from new), (select count(*) from only_old), (select count(*) from only_new),
               array(select 'before: ' || only_old::text from only_old limit {EXAMPLES}) ||
               array(select 'now: ' || only_new::text from only_new limit {EXAMPLES})
        """,
        {"old": old, "new": new},
    ).fetchone()
    count, only_old, only_new, examples = found or (0, 0, 0, [])
    return Difference(table=table, rows=count, only_old=only_old, only_new=only_new, examples=examples)
