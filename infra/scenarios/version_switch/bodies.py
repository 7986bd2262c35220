"""Checks a report's body: it has exactly its version's shape, and its sums agree."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

from reportes.dominio.version import Version
from reportes.infraestructura.http.csv_view import DETAILED, SIMPLE
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from scenarios.version_switch.requests import Request

CSV: Final = {Version.V1: SIMPLE, Version.V2: DETAILED}
SUMMARY: Final = {"totalPayments", "totalAmount", "currency"}
STATUSES: Final = {"PENDING", "COMPLETED", "FAILED"}


def faults_of_csv(body: bytes, version: Version) -> Iterator[str]:
    """Yield the faults of a CSV report, in words."""
    rows = list(csv.reader(StringIO(body.decode(), newline="")))
    if not rows or tuple(rows[0]) != CSV[version]:
        yield f"the columns are {rows[:1]}"
    elif any(len(row) != len(rows[0]) for row in rows):
        yield "rows have different lengths"


def faults_of_json(body: bytes, version: Version, request: Request) -> Iterator[str]:
    """Yield the faults of a JSON report, in words."""
    try:
        document = decimal_json.loads(body)
        yield from _simple(document) if version is Version.V1 else _detailed(document, request)
    except (ValueError, KeyError, TypeError) as error:
        yield f"it cannot be read: {error!r}"


def _simple(document: dict[str, Any]) -> Iterator[str]:
    yield from _keys("the document", document, {"summary", "period"})
    yield from _keys("summary", document["summary"], SUMMARY)
    yield from _keys("period", document["period"], {"from", "to"})


def _detailed(document: dict[str, Any], request: Request) -> Iterator[str]:
    summary, breakdown = document["summary"], document["breakdown"]
    yield from _keys("the document", document, {"summary", "period", "breakdown", "version"})
    yield from _keys("summary", summary, SUMMARY | {"avgTicket", "byStatus"})
    yield from _keys("byStatus", summary["byStatus"], STATUSES)
    yield from _keys("breakdown", breakdown, {"byCampaign", "byCurrency"})
    if document["version"] != Version.V2:
        yield f"it names version {document['version']}"
    payments, amount = summary["totalPayments"], Decimal(summary["totalAmount"])
    if payments != sum(summary["byStatus"].values()):
        yield "byStatus does not add up"
    if request.status and payments != summary["byStatus"][request.status]:
        yield f"payments are not {request.status}"
    campaigns = breakdown["byCampaign"]
    if (payments, amount) != (sum(one["payments"] for one in campaigns), sum(one["amount"] for one in campaigns)):
        yield "byCampaign does not add up"
    if summary["currency"] in {one["currency"] for one in breakdown["byCurrency"]}:
        yield "byCurrency has the report's own currency"


def _keys(where: str, found: dict[str, Any], expected: set[str]) -> Iterator[str]:
    if found.keys() != expected:
        yield f"{where} has {sorted(found)}"
