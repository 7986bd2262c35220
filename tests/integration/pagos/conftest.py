"""Connections as the role `pagos`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase
    from support.postgres.database import TestDatabase


@pytest.fixture
def connect(database: TestDatabase) -> Iterator[Callable[[], PostgresDatabase]]:
    """Return a function that makes connections as the role `pagos` to a database with empty tables."""
    with database.connections("pagos") as connect:
        yield connect
