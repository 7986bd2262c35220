"""Separates the server's own errors, after which a later attempt may succeed, from errors of our statements.

The codes are in Appendix A: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pg8000.exceptions import DatabaseError

UNIQUE_VIOLATION: Final = "23505"
_SERVER_ERRORS: Final = (
    "08",  # connection exception; poolers report with 08P01 that they have no server
    "25006",  # read-only: after a failover, the server of our open connection may be a standby
    "25P03",  # the transaction was left idle
    "25P04",  # the transaction has taken too long
    "26000",  # a prepared statement dropped by a pooler, or prepared on another of its connections
    "28",  # the credentials are being changed
    "40000", "40001", "40003", "40P01",  # rolled back in favour of another transaction; 40002 is a constraint
    "53",  # disk, memory or connections are exhausted
    "55P03",  # a lock held by another transaction
    "57",  # operator intervention: shutdown, start, failover, statement timeout
    "58",  # errors external to PostgreSQL: input and output, missing files
    "72",  # snapshot too old (until version 16)
    "F0",  # configuration file error
    "XX001", "XX002",  # corrupted data or index; XX000 may come from a single bad statement
)  # fmt: skip
# The meaning of these codes depends on the server's function that raises them.
_RAISED_IN: Final = (
    "RevalidateCachedQuery",  # 0A000: a migration has changed the columns of a prepared statement
    "GetNewTransactionId",  # 54000: no transaction ids are left until a vacuum, so the server is read-only
    "GetNewMultiXactId",  # 54000: the same for multixacts
)


def sqlstate(error: DatabaseError) -> str:
    """Return the five-character code of a server error, or an empty string."""
    return _field(error, "C")


def is_server_error(error: DatabaseError) -> bool:
    """Whether this session can serve no statement now; another session, or a later one, may."""
    return sqlstate(error).startswith(_SERVER_ERRORS) or _field(error, "R") in _RAISED_IN


def _field(error: DatabaseError, name: str) -> str:
    detail = error.args[0] if error.args else None
    return str(detail.get(name, "")) if isinstance(detail, dict) else ""
