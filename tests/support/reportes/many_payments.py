"""Many payments in the read model of reports, written in bulk, for tests of costs at scale."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase

DESDE: Final = datetime(2023, 11, 20, tzinfo=UTC)
DIAS: Final = 1_096
HASTA: Final = DESDE + timedelta(days=DIAS)
AFILIADOS: Final = 5_000
"""`afiliado-0` to `afiliado-4999`: the first ones have many times more payments than the last ones."""
CAMPANAS: Final = 1_000
"""A hundred campaigns run at a time, each for a tenth of the time; an affiliate takes part in three."""

_SEED: Final = """
    insert into reportes.pagos (generacion, id, id_afiliado, id_campana, monto, moneda, estado, fecha,
                                primera_version, ultima_version)
    select 1, uuidv7(fecha - clock_timestamp()), 'afiliado-' || afiliado,
           lpad(to_hex(n * 10 / %(total)s * 100 + (afiliado * 37 + n %% 3 * 31) %% 100), 32, '0')::uuid,
           10 + n %% 100000 / 100.0,
           (array['COP', 'COP', 'COP', 'COP', 'USD', 'EUR'])[1 + n %% 6],
           (array['COMPLETED', 'COMPLETED', 'COMPLETED', 'FAILED', 'COMPLETED', 'COMPLETED', 'PENDING', 'COMPLETED',
                  'COMPLETED', 'COMPLETED', 'REVERSED'])[1 + n %% 11],
           fecha, 1, 3
      from generate_series(cast(%(first)s as bigint), %(last)s) as n,
           lateral (select floor(power(random() + n * 0, 3) * %(afiliados)s)::int) as quien (afiliado),
           lateral (select cast(%(desde)s as timestamptz) + n::float8 / %(total)s * cast(%(dias)s as interval))
               as cuando (fecha)
    """


def seed(database: TestDatabase, total: int, *, chunk: int = 250_000) -> None:
    """Write `total` payments, spread evenly from DESDE to HASTA, with their totals."""
    with database.administered.connect() as connection:
        for first in range(0, total, chunk):
            last = min(first + chunk, total) - 1
            connection.execute(
                _SEED,
                {
                    "first": first, "last": last, "total": total, "desde": DESDE, "dias": timedelta(days=DIAS),
                    "afiliados": AFILIADOS,
                },
            )  # fmt: skip
        connection.execute("vacuum (analyze) reportes.pagos, reportes.totales")
        connection.execute("checkpoint")  # so that the bulk write is not flushed to disk during a measurement


def whose() -> tuple[str, str]:
    """Return affiliate and campaign of one more payment at the end of that time, in the same distribution."""
    afiliado = int(random.random() ** 3 * AFILIADOS)
    return f"afiliado-{afiliado}", campaign_id(CAMPANAS - 100 + (afiliado * 37 + random.randrange(3) * 31) % 100)


def campaign_id(number: int) -> str:
    """Return the id of the campaign with that number."""
    return f"{number:032x}"
