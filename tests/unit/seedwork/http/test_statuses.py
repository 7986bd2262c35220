"""Every error raised by a context's commands has a status."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

import campanas.infraestructura.http.statuses
import event_collector.infraestructura.http.statuses
import pagos.infraestructura.http.statuses
import pulsar_connector.operations.errors
import reportes.infraestructura.http.statuses
from seedwork.dominio.domain_error import DomainError

STATUSES: Final = {
    "campanas": campanas.infraestructura.http.statuses.STATUSES,
    "event_collector": event_collector.infraestructura.http.statuses.STATUSES,
    "pagos": pagos.infraestructura.http.statuses.STATUSES,
    "pulsar_connector": pulsar_connector.operations.errors.STATUSES,
    "reportes": reportes.infraestructura.http.statuses.STATUSES,
}


def _subclasses(cls: type[DomainError]) -> Iterator[type[DomainError]]:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def _errors(context: str) -> list[type[DomainError]]:
    return [cls for cls in _subclasses(DomainError) if cls.__module__.split(".")[0] in {context, "seedwork"}]


@pytest.mark.parametrize(("context", "cls"), [(context, cls) for context in STATUSES for cls in _errors(context)])
def test_an_error_has_a_status(context: str, cls: type[DomainError]) -> None:
    """Without one it would be a 500."""
    assert cls in STATUSES[context]


@pytest.mark.parametrize("context", STATUSES)
def test_codes_are_distinct(context: str) -> None:
    """A program can tell a context's errors apart."""
    codes = [cls.codigo for cls in _errors(context)]
    assert len(codes) == len(set(codes))
