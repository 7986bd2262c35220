"""Each error in PostgreSQL's appendix A is the server's or the statement's; a new class must be decided here."""

from __future__ import annotations

from typing import Any, Final

import pytest
from pg8000.exceptions import DatabaseError

from aero.run.components.postgres import binaries
from seedwork.infraestructura.postgres.sqlstates import is_server_error

# The classes of appendix A that depend on the statement, whichever server runs it.
OURS: Final = {
    "03": "SQL Statement Not Yet Complete",
    "09": "Triggered Action Exception",
    "0A": "Feature Not Supported",
    "0B": "Invalid Transaction Initiation",
    "0F": "Locator Exception",
    "0L": "Invalid Grantor",
    "0P": "Invalid Role Specification",
    "0Z": "Diagnostics Exception",
    "10": "XQuery Error",
    "20": "Case Not Found",
    "21": "Cardinality Violation",
    "22": "Data Exception",
    "23": "Integrity Constraint Violation",
    "24": "Invalid Cursor State",
    "25": "Invalid Transaction State",
    "27": "Triggered Data Change Violation",
    "2B": "Dependent Privilege Descriptors Still Exist",
    "2D": "Invalid Transaction Termination",
    "2F": "SQL Routine Exception",
    "34": "Invalid Cursor Name",
    "38": "External Routine Exception",
    "39": "External Routine Invocation Exception",
    "3B": "Savepoint Exception",
    "3D": "Invalid Catalog Name",
    "3F": "Invalid Schema Name",
    "42": "Syntax Error or Access Rule Violation",
    "44": "WITH CHECK OPTION Violation",
    "54": "Program Limit Exceeded",
    "55": "Object Not In Prerequisite State",
    "HV": "Foreign Data Wrapper Error (SQL/MED)",
    "P0": "PL/pgSQL Error",
    "XX": "Internal Error",
}
# The classes that depend on the server: another one, or the same one later, would run the statement.
THE_SERVER_S: Final = {
    "08": "Connection Exception",
    "26": "Invalid SQL Statement Name",
    "28": "Invalid Authorization Specification",
    "40": "Transaction Rollback",
    "53": "Insufficient Resources",
    "57": "Operator Intervention",
    "58": "System Error (errors external to PostgreSQL itself)",
    "F0": "Configuration File Error",
}
# Single codes that differ from their class.
OTHERWISE: Final = {
    "25006": "read_only_sql_transaction",
    "25P03": "idle_in_transaction_session_timeout",
    "25P04": "transaction_timeout",
    "40002": "transaction_integrity_constraint_violation",
    "55P03": "lock_not_available",
    "XX001": "data_corrupted",
    "XX002": "index_corrupted",
}
NO_ERRORS: Final = {"00", "01", "02"}


def appendix() -> tuple[dict[str, str], dict[str, str]]:
    """Read the names of the classes and errors from the file from which PostgreSQL makes its appendix A."""
    text = (binaries().parent / "share/postgresql/errcodes.txt").read_text()
    classes: dict[str, str] = {}
    codes: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("Section: Class "):
            name, _, title = line.removeprefix("Section: Class ").partition(" - ")
            classes[name] = title
        elif line[:1].isalnum() and line.split()[1] == "E":
            code, _, macro, *name_of_it = line.split()
            codes.setdefault(code, name_of_it[0] if name_of_it else macro)
    return classes, codes


def an_error(code: str, **fields: str) -> DatabaseError:
    """Return an error as pg8000 raises it, with the fields of the protocol's ErrorResponse."""
    detail: dict[str, Any] = {"S": "ERROR", "C": code, "M": "something"}
    return DatabaseError(detail | fields)


def test_every_class_of_the_appendix_is_decided() -> None:
    """Number and name are compared."""
    classes, codes = appendix()
    decided = OURS | THE_SERVER_S
    assert {name: title for name, title in classes.items() if name not in NO_ERRORS} == decided
    assert {code: codes[code] for code in OTHERWISE} == OTHERWISE


def test_each_error_of_the_appendix_is_classified() -> None:
    """There are more than two hundred."""
    _, codes = appendix()
    errors = {code for code in codes if code[:2] not in NO_ERRORS}
    assert len(errors) > 200
    expected = {code for code in errors if (code[:2] in THE_SERVER_S) != (code in OTHERWISE)}
    assert {code for code in errors if is_server_error(an_error(code))} == expected


@pytest.mark.parametrize(
    ("code", "routine", "own"),
    [
        ("0A000", "RevalidateCachedQuery", True),  # cached plan must not change result type
        ("0A000", "transformSelectStmt", False),
        ("54000", "GetNewTransactionId", True),  # not accepting commands that assign new transaction IDs
        ("54000", "GetNewMultiXactId", True),
        ("54000", "_bt_check_third_page", False),  # index row size exceeds maximum: this row's
        ("72000", "TestForOldSnapshot_impl", True),  # snapshot too old, of versions before 17
    ],
)
def test_an_ambiguous_code_is_classified_by_its_routine(code: str, routine: str, own: bool) -> None:
    """The routine is a field of the error."""
    assert is_server_error(an_error(code, R=routine)) is own


def test_an_error_without_a_code_is_not_blamed_on_the_server() -> None:
    """pg8000 raises some errors of its own with a text only."""
    assert not is_server_error(DatabaseError("a text"))
