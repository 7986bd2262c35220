"""Compares a project's documents with its baseline."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from documents.compatibility.baseline import ASYNCAPI, CONTRACTS, OPENAPI
from documents.compatibility.comparison import changes
from documents.compatibility.events_as_answers import contracts_as_api, topics_as_api

if TYPE_CHECKING:
    from documents.compatibility.baseline import Baseline
    from documents.compatibility.comparison import Change


def _as_it_is(document: dict[str, Any]) -> dict[str, Any]:
    return document


# How each document becomes one that oasdiff reads.
COMPARABLE: Final[dict[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    OPENAPI: _as_it_is,
    ASYNCAPI: topics_as_api,
    CONTRACTS: contracts_as_api,
}


def compare(baseline: Baseline) -> dict[str, list[Change]]:
    """Return the changes of each document of the baseline. Raises AeroError for an invalid baseline or document."""
    current = baseline.current()
    return {
        name: changes(COMPARABLE[name](before), COMPARABLE[name](current.get(name, _empty(before))))
        for name, before in baseline.read().items()
    }


def _empty(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document of which everything was removed."""
    return document | {part: {} for part in ("paths", "channels") if part in document}
