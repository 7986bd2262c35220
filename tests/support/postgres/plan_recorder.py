"""A connection that remembers how the server executes what is run on it."""

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
    """Of each statement it keeps the plan that was executed, and the one for whatever parameters.

    The server uses the latter once a statement was prepared for some time, if it thinks that it costs no more.
    """

    def __init__(self, secret: Callable[[bool], DatabaseSecret]) -> None:
        super().__init__(secret)
        self.plans: list[Node] = []

    def run(self, sql: str, **parameters: Any) -> list[list[Any]]:
        """Explain it, undo that, then run it."""
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
        """How many were looked at by all that was executed."""
        return sum(plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0) for plan in self.plans)

    @property
    def rows(self) -> int:
        """How many were read from tables and indexes by all that was executed, those that did not fit among them."""
        return sum(
            node["Actual Loops"] * (node["Actual Rows"] + node.get("Rows Removed by Filter", 0))
            for node in _nodes(self.plans)
            if "Actual Loops" in node and "Relation Name" in node
        )

    @property
    def scans(self) -> dict[str, set[str]]:
        """By which kinds of nodes each index, or table without one, was read or written."""
        scans: defaultdict[str, set[str]] = defaultdict(set)
        for node in _nodes(self.plans):
            scans[node.get("Index Name") or node.get("Relation Name", "")].add(node["Node Type"])
        return scans


def _nodes(plans: Iterable[Node]) -> Iterator[Node]:
    for plan in plans:
        yield plan
        yield from _nodes(plan.get("Plans", []))
