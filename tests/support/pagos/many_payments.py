"""Many payments, written in bulk, for tests of costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from support.postgres.database import TestDatabase

CHUNK: Final = 100_000
FREQUENT: Final = "afiliado-0"
"""The affiliate that has half of all payments; each of the others has as many as each other."""

RARE: Final = 500
"""One of so many payments is FALLIDO, and one REVERSADO; the others are EXITOSO."""

OPEN: Final = 100
"""The number of payments after the last one that are PENDIENTE or PROCESANDO."""

# Five payments are created at the same instant, a second before the next five; the last ones now.
_SEED: Final = """
    insert into pagos.pagos (id, id_afiliado, monto, moneda, estado, referencia_pago, referencia_pasarela,
                             fecha_creacion, fecha_procesamiento, version)
    select uuidv7(fecha - clock_timestamp()),
           'afiliado-' || case when n %% 2 = 0 then 0 else n / 2 %% %(afiliados)s end, 1 + n %% 1000,
           'COP', case n %% %(rare)s when 7 then 'FALLIDO' when 8 then 'REVERSADO' else 'EXITOSO' end, 'ref-' || n,
           'tr_' || n, fecha, fecha, 3
      from (select n, date_trunc('second', now()) - (%(size)s - n) / 5 * interval '1 second' as fecha
              from generate_series(cast(%(first)s as int), %(last)s) as n) as ns
    """
_OPEN: Final = """
    insert into pagos.pagos (id, id_afiliado, monto, moneda, estado, referencia_pago, fecha_creacion, version)
    select gen_random_uuid(), 'afiliado-' || n %% 7, 1, 'COP', (array['PENDIENTE', 'PROCESANDO'])[1 + n %% 2],
           'abierto-' || n, now(), 1
      from generate_series(1, %s) as n
    """


def seed(database: TestDatabase, *, size: int, afiliados: int) -> None:
    """Write `size` final payments of affiliates from `afiliado-0` on, and then the open ones.

    Vacuum the table, as a server does after a while.
    """
    with database.administered.connect() as connection:
        for first in range(0, size, CHUNK):
            numbers = {"first": first, "last": min(first + CHUNK, size) - 1, "size": size}
            connection.execute(_SEED, {**numbers, "afiliados": afiliados, "rare": RARE})
        connection.execute(_OPEN, [OPEN])
        connection.execute("vacuum (analyze) pagos.pagos")
