"""Reads a function's answer for its batch, as Lambda does for SQS with ReportBatchItemFailures."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any

from seedwork.infraestructura.text import decimal_json


class MalformedResponseError(ValueError):
    """The answer cannot be read, so no message of the batch counts as processed."""


def failed_ids(payload: bytes, ids: AbstractSet[str]) -> set[str]:
    """Return the ids of the batch's messages that must be delivered again.

    An empty answer, null, and a missing, null or empty `batchItemFailures` mean that all were processed. Everything
    else that is not a list of known ids raises MalformedResponseError.

    >>> failed_ids(b'{"batchItemFailures": [{"itemIdentifier": "a"}]}', {"a", "b"})
    {'a'}
    """
    if not payload.strip():
        return set()
    try:
        answer = decimal_json.loads(payload)
    except ValueError as error:
        raise MalformedResponseError("the answer is not JSON") from error
    if answer is None:
        return set()
    if not isinstance(answer, dict):
        raise MalformedResponseError("the answer is not an object")
    failures = answer.get("batchItemFailures")
    if failures is None:
        return set()
    if not isinstance(failures, list):
        raise MalformedResponseError("batchItemFailures is not a list")
    failed: list[Any] = [failure.get("itemIdentifier") if isinstance(failure, dict) else None for failure in failures]
    if unknown := [item for item in failed if not (isinstance(item, str) and item in ids)]:
        raise MalformedResponseError(f"itemIdentifier {unknown[0]!r} is not in the batch")
    return set(failed)
