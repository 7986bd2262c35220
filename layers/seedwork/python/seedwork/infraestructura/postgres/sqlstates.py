"""Which errors of PostgreSQL are the server's own, so that trying again later may work, and which are ours.

Appendix A: https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pg8000.exceptions import DatabaseError

UNIQUE_VIOLATION: Final = "23505"
_SERVER_S_OWN: Final = (
    "08",  # connection exception; poolers say by 08P01 that they have no server
    "25006",  # read-only: a standby, which a failover makes of the server that we are still connected to
    "25P03",  # the transaction was left idle
    "25P04",  # the transaction has taken too long
    "26000",  # a prepared statement that a pooler dropped, or has on another connection
    "28",  # the credentials are being changed
    "40000", "40001", "40003", "40P01",  # rolled back for another transaction's sake; 40002 is a constraint
    "53",  # disk, memory or connections are used up
    "55P03",  # a lock that others hold
    "57",  # operator intervention: shutdown, start, failover, a statement that took too long
    "58",  # errors external to PostgreSQL: input and output, files that are missing
    "72",  # snapshot too old (until version 16)
    "F0",  # configuration file error
    "XX001", "XX002",  # corrupted data or index; XX000 may be what one statement alone meets
)  # fmt: skip
# Codes that mean several things are told by where the server raises them.
_RAISED_IN: Final = (
    "RevalidateCachedQuery",  # 0A000: a migration has changed the columns of a prepared statement
    "GetNewTransactionId",  # 54000: no transaction ids are left until it is vacuumed, so it is read-only
    "GetNewMultiXactId",  # 54000: the same of multixacts
)


def sqlstate(error: DatabaseError) -> str:
    """The five-character code of a server error, or an empty string."""
    return _field(error, "C")


def is_the_server_s_own(error: DatabaseError) -> bool:
    """Whether the session cannot serve now, whatever it is asked: another one, or a later one, may."""
    return sqlstate(error).startswith(_SERVER_S_OWN) or _field(error, "R") in _RAISED_IN


def _field(error: DatabaseError, name: str) -> str:
    detail = error.args[0] if error.args else None
    return str(detail.get(name, "")) if isinstance(detail, dict) else ""
