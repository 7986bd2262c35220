"""Every error that a payments command can raise has a status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import pagos.dominio.errores
import seedwork.dominio.dinero
from pagos.infraestructura.http_statuses import STATUSES
from seedwork.dominio.domain_error import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterator

assert pagos.dominio.errores
assert seedwork.dominio.dinero


def _subclasses(cls: type[DomainError]) -> Iterator[type[DomainError]]:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


OURS = [cls for cls in _subclasses(DomainError) if cls.__module__.split(".")[0] in {"pagos", "seedwork"}]


@pytest.mark.parametrize("cls", OURS, ids=lambda cls: cls.__name__)
def test_an_error_has_a_status(cls: type[DomainError]) -> None:
    """Without one it would be a 500."""
    assert cls in STATUSES


def test_codes_are_distinct() -> None:
    """A program can tell the errors apart."""
    codes = [cls.codigo for cls in OURS]
    assert len(codes) == len(set(codes))
