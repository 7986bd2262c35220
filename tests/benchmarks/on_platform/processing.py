"""The rate at which a running platform settles payments at a slow gateway, from the topic to the final state.

    AERO_HOME=… python tests/benchmarks/on_platform/processing.py --payments 5000 --latency-ms 300

One transaction writes the payments, so that the measurement begins with the topic. The consumer is warm.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from aero.platform.paths import Paths
from aero.process.running import running
from aero.process.running_database import running_database
from support.platform.platform import running_platform

WARM_UP = 200
INSERT = """
with nuevos as (
    insert into pagos.pagos (id, id_afiliado, monto, moneda, estado, referencia_pago, clave_idempotencia,
                             fecha_creacion, version)
    select id, 'afiliado-001', 10.00, 'COP', 'PENDIENTE', 'bench-' || id, 'bench-' || id, clock_timestamp(), 1
      from (select gen_random_uuid() as id from generate_series(1, %s)) ids
    returning id, fecha_creacion
)
insert into pagos.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at)
select gen_random_uuid(), 'Pago', id, 1, 'PagoPendiente',
       jsonb_build_object('id_pago', id, 'id_afiliado', 'afiliado-001', 'monto', 10.00, 'moneda', 'COP',
                          'referencia_pago', 'bench-' || id, 'id_campana', null),
       jsonb_build_object('correlation_id', 'bench'), fecha_creacion
  from nuevos
returning aggregateid
"""
PROGRESS = """
select count(*) filter (where p.estado in ('EXITOSO', 'FALLIDO')),
       extract(epoch from max(p.fecha_procesamiento) - min(e.published_at))
  from pagos.pagos p join pagos.outbox e on e.aggregateid = p.id and e.version = 1
 where p.id = any(%s)
"""


def main() -> None:
    """Write the payments, wait for their final states, and print the rate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--payments", type=int, default=5_000)
    parser.add_argument("--latency-ms", type=int, default=300, help="of the gateway")
    options = parser.parse_args()
    platform = running_platform()
    paths = Paths.from_env()
    with running_database(paths, running(paths)).connect() as connection:
        platform.set_faults()
        _settle(connection, WARM_UP)
        platform.set_faults(latency_ms=options.latency_ms)
        seconds = _settle(connection, options.payments)
        platform.set_faults()
    print(
        f"{options.payments} payments, gateway latency {options.latency_ms} ms: {seconds:.1f} s from the topic to the "
        f"last final state, {options.payments / seconds:.0f} payments/s"
    )


def _settle(connection: Any, payments: int) -> float:
    ids = [id_pago for (id_pago,) in connection.execute(INSERT, [payments]).fetchall()]
    while True:
        settled, seconds = connection.execute(PROGRESS, [ids]).fetchone()
        if settled == payments:
            return float(seconds)
        time.sleep(0.5)


if __name__ == "__main__":
    main()
