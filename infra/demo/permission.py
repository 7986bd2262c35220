"""Whether the demonstration may write into the running platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from aero.platform.errors import AeroError
from aero.platform.terminal.console import counted

if TYPE_CHECKING:
    from aero.platform.database import Database
    from aero.platform.settings import External

AWS: Final = (".amazonaws.com", ".amazonaws.com.cn", ".aws")
MOST_COUNTED: Final = 10_000
_EVENTS: Final = """
    select (select count(*) from (select from pagos.outbox_history limit %(most)s) as any_of_them)
         + (select count(*) from (select from campanas.outbox_history limit %(most)s) as any_of_them)
         + (select count(*) from (select from event_collector.outbox_history limit %(most)s) as any_of_them)
    """


def refuse_aws(external: External, endpoint: str) -> None:
    """Raise AeroError if one of the platform's services is on AWS."""
    for address in (endpoint, external.aws_endpoint_url, external.database_url, external.pulsar_url):
        host = urlsplit(address).hostname or ""
        if host.endswith(AWS):
            raise AeroError(
                f"The demonstration never writes to AWS, and {host} is there.",
                cure="Start a platform on this machine: make up",
            )


def require_empty(database: Database, *, anyway: bool) -> None:
    """Raise AeroError if the platform has data, unless the operator wants the company beside them."""
    if anyway:
        return
    with database.connect() as connection:
        [events] = connection.execute(_EVENTS, {"most": MOST_COUNTED}).fetchone()
    if events:
        raise AeroError(
            f"The platform has data already: {counted(events, 'event', 'events')} of payments, campaigns and tracking.",
            cure="make demo ARGS=--yes adds the company beside them; aero up --reset deletes all data first.",
        )
