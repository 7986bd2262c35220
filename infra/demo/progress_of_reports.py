"""How far the consumers are: events on their topics, counted by campaigns and reports."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from aero.platform.errors import AeroError
from demo.plan.company import AFFILIATES

if TYPE_CHECKING:
    from aero.platform.database import Database
    from aero.platform.progress.events import Step

DEADLINE_SECONDS: Final = 300
POLL_SECONDS: Final = 0.25
_COUNTS: Final = """
    with vigente as (select numero from reportes.generaciones where estado = 'vigente')
    select (select count(*) from event_collector.outbox_history where payload->>'id_afiliado' = any(%(ours)s)),
           (select count(*) from reportes.seguimiento
             where id_afiliado = any(%(ours)s) and generacion = (select numero from vigente)),
           (select count(*) from event_collector.outbox_history
             where payload->>'id_campana' = any(%(campaigns)s) and type <> 'VistaDePaginaRegistrada'),
           (select coalesce(sum(impresiones + clicks + conversiones), 0) from campanas.campanas
             where id::text = any(%(campaigns)s)),
           (select count(*) from pagos.pagos where id_afiliado = any(%(ours)s)),
           (select count(*) from pagos.pagos as pago
              join reportes.pagos as informado on informado.id = pago.id
               and informado.generacion = (select numero from vigente)
               and informado.estado = case pago.estado when 'EXITOSO' then 'COMPLETED' when 'FALLIDO' then 'FAILED'
                                                       when 'REVERSADO' then 'REVERSED' end
             where pago.id_afiliado = any(%(ours)s))
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of the company, and how many of their effects have arrived."""

    events: int
    payments: int
    arrived: int
    expected: int


def wait_for_reports(database: Database, campaigns: Mapping[str, UUID], current: Step) -> Rows:
    """Wait until every event is counted and every payment is reported in its final state; raises AeroError."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while True:
        rows = _rows(database, campaigns)
        current.note("waiting for the reports", done=rows.arrived, total=rows.expected)
        if rows.arrived >= rows.expected:
            return rows
        if time.monotonic() > deadline:
            raise AeroError(
                f"{rows.expected - rows.arrived} of {rows.expected} effects have not arrived after "
                f"{DEADLINE_SECONDS} s.",
                cure="See aero status, and run aero demo again.",
            )
        time.sleep(POLL_SECONDS)


def _rows(database: Database, campaigns: Mapping[str, UUID]) -> Rows:
    with database.connect() as connection:
        parameters = {
            "ours": [affiliate.id for affiliate in AFFILIATES],
            "campaigns": [str(campaign) for campaign in campaigns.values()],
        }
        events, tracked, of_campaigns, counted, payments, reported = connection.execute(_COUNTS, parameters).fetchone()
    return Rows(
        events=events,
        payments=payments,
        arrived=min(tracked, events) + min(int(counted), of_campaigns) + reported,
        expected=events + of_campaigns + payments,
    )
