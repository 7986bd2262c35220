"""A connection that records the plan of each statement run on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pg8000.native import to_statement

from seedwork.infraestructura.postgres.database import PostgresDatabase

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database_secret import DatabaseSecret

    Node = dict[str, Any]


class PlanRecorder(PostgresDatabase):
    """Keeps two plans of each statement: the executed one, and the generic one for any parameters.

    The server uses the generic plan for a statement prepared for some time, if it estimates no higher cost.
    """

    def __init__(self, secret: Callable[[bool], DatabaseSecret]) -> None:
        super().__init__(secret)
        self.plans: list[Node] = []

    def run(self, sql: str, **parameters: Any) -> list[list[Any]]:
        """Explain the statement, undo that, then run it."""
        if sql.lstrip().startswith(("select", "update", "with", "insert", "delete")):
            generic, _ = to_statement(sql)
            begin, undo = ("savepoint s", "rollback to s") if self._in_transaction else ("begin", "rollback")
            for explain, values in (
                (f"explain (generic_plan, format json) {generic}", {}),
                (f"explain (analyze, buffers, format json) {sql}", parameters),
            ):
                super().run(begin)
                [[[document]]] = super().run(explain, **values)
                super().run(undo)
                self.plans.append(document["Plan"])
        return super().run(sql, **parameters)

    @property
    def blocks(self) -> int:
        """Return the number of blocks read by all executed statements."""
        return sum(plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0) for plan in self.plans)

    @property
    def rows(self) -> int:
        """Return the number of rows read from tables and indexes, including rows filtered out."""
        return sum(
            node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
            for node in _nodes(self.plans)
            if "Actual Loops" in node and "Relation Name" in node
        )

    @property
    def scans(self) -> dict[str, set[str]]:
        """Return the kinds of nodes that read or wrote each index, or each table without an index."""
        scans: defaultdict[str, set[str]] = defaultdict(set)
        for node in _nodes(self.plans):
            scans[node.get("Index Name") or node.get("Relation Name", "")].add(node["Node Type"])
        return scans


def _nodes(plans: Iterable[Node]) -> Iterator[Node]:
    for plan in plans:
        yield plan
        yield from _nodes(plan.get("Plans", []))
