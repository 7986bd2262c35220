"""The address of the running platform's database, or that of AERO_DATABASE_URL."""

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
    """Return the running platform's database, with its administrator's login. Raises AeroError while it is held."""
    url = External.from_env().database_url
    if url:
        return Database.from_url(url)
    record.require_serving("postgres")
    port = PortTable(record.port_offset)["postgres"].number
    return Database.embedded(port, Credentials.load_or_create(paths.credentials_file))


def chosen_database(paths: Paths) -> Database:
    """Return the database of AERO_DATABASE_URL, which needs no running platform, or the running platform's.

    Raises AeroError if there is neither.
    """
    url = External.from_env().database_url
    return Database.from_url(url) if url else running_database(paths, running(paths))
