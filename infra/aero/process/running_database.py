"""Connections to the running platform's database, or to the one of AERO_DATABASE_URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aero.platform.credentials import Credentials
from aero.platform.database import Database
from aero.platform.ports import PortTable
from aero.platform.settings import External
from aero.process.running import running

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.process.run_record import RunRecord


def running_database(paths: Paths, record: RunRecord) -> Database:
    """The database of the running platform, as its administrator."""
    url = External.from_env().database_url
    if url:
        return Database.from_url(url)
    record.require_serving("postgres")
    port = PortTable(record.port_offset)["postgres"].number
    return Database.embedded(port, Credentials.load_or_create(paths.credentials_file))


def chosen_database(paths: Paths) -> Database:
    """That of AERO_DATABASE_URL, for which nothing has to run here, or the running platform's; raises AeroError."""
    url = External.from_env().database_url
    return Database.from_url(url) if url else running_database(paths, running(paths))
