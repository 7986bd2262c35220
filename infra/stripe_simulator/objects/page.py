"""Stripe's pages of lists: newest first, with ids as cursors (https://docs.stripe.com/api/pagination)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from stripe_simulator.protocol.stripe_error import StripeError

if TYPE_CHECKING:
    from stripe_simulator.protocol.parameters import Parameters

DEFAULT_LIMIT: Final = 10
MAX_LIMIT: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """The requested part of a list."""

    limit: int = DEFAULT_LIMIT
    starting_after: str | None = None
    ending_before: str | None = None

    @classmethod
    def take(cls, parameters: Parameters) -> Self:
        """Take the parameters of paging from a request's."""
        limit = parameters.integer("limit", minimum=1, maximum=MAX_LIMIT)
        page = cls(
            limit=DEFAULT_LIMIT if limit is None else limit,
            starting_after=parameters.text("starting_after"),
            ending_before=parameters.text("ending_before"),
        )
        if page.starting_after and page.ending_before:
            raise StripeError("You may only specify one of these parameters: starting_after, ending_before.")
        return page


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list of one kind of object, from one table."""

    table: str
    kind: str
    url: str
    shape: Callable[[sqlite3.Row], dict[str, Any]]

    def fetch(
        self, connection: sqlite3.Connection, page: PageRequest, conditions: Sequence[tuple[str, str | int]] = ()
    ) -> dict[str, Any]:
        """Return one page of the rows that meet all conditions; each is an SQL comparison and its right-hand value."""
        cursor = self._position(connection, page)
        wanted = [*conditions, *cursor]
        where = " AND ".join(f"{comparison} ?" for comparison, _ in wanted) or "true"
        order = "ASC" if page.ending_before else "DESC"
        rows = connection.execute(
            f"SELECT * FROM {self.table} WHERE {where} ORDER BY position {order} LIMIT ?",  # noqa: S608 - all SQL is in the code
            [*(value for _, value in wanted), page.limit + 1],
        ).fetchall()
        found = rows[: page.limit]
        if page.ending_before:
            found.reverse()
        return {
            "object": "list",
            "data": [self.shape(row) for row in found],
            "has_more": len(rows) > page.limit,
            "url": self.url,
        }

    def _position(self, connection: sqlite3.Connection, page: PageRequest) -> list[tuple[str, int]]:
        for param, id_, comparison in (
            ("starting_after", page.starting_after, "position <"),
            ("ending_before", page.ending_before, "position >"),
        ):
            if id_ is not None:
                row = connection.execute(
                    f"SELECT position FROM {self.table} WHERE id = ?",  # noqa: S608 - all SQL is in the code
                    [id_],
                ).fetchone()
                if row is None:
                    raise StripeError.no_such(self.kind, id_, param=param)
                return [(comparison, row["position"])]
        return []
