"""The commissions of sales in PostgreSQL: a unique hash of each sale gives its commission to one payment."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pagos.dominio.comision import ComisionDeVenta
from pagos.dominio.comision_repository import ComisionRepository
from pagos.infraestructura.events.codec import no_pagada_payload
from seedwork.aplicacion.ports import override
from seedwork.infraestructura.postgres.event_store import PostgresEventStore, outbox_row
from seedwork.infraestructura.text.visible_names import one_form

if TYPE_CHECKING:
    from pagos.dominio.comision import ComisionNoPagada, Venta
    from seedwork.dominio.traza import Traza
    from seedwork.infraestructura.postgres.database import PostgresDatabase


class PostgresComisionRepository(ComisionRepository):
    """Reads and writes within the open transaction of `database`."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database
        self._events = PostgresEventStore(database, schema="pagos", aggregate_type="Comision")

    @override
    def reclamar(self, venta: Venta, comision: ComisionDeVenta) -> ComisionDeVenta | None:
        """Insert the commission; the primary key decides, and the row of an earlier commission is locked."""
        huella = _huella(venta)
        if self._database.run(
            """
            insert into pagos.ventas (huella, id_pago, probada)
            values (:huella, :id_pago, :probada)
            on conflict do nothing
            returning huella
            """,
            huella=huella,
            id_pago=comision.id_pago,
            probada=comision.probada,
        ):
            return None
        [[id_pago, probada]] = self._database.run(
            "select id_pago, probada from pagos.ventas where huella = :huella for update", huella=huella
        )
        return ComisionDeVenta(id_pago=id_pago, probada=probada)

    @override
    def reasignar(self, venta: Venta, comision: ComisionDeVenta) -> None:
        self._database.run(
            "update pagos.ventas set id_pago = :id_pago, probada = :probada where huella = :huella",
            huella=_huella(venta),
            id_pago=comision.id_pago,
            probada=comision.probada,
        )

    @override
    def anotar_no_pagada(self, no_pagada: ComisionNoPagada, *, traza: Traza) -> None:
        """Append to the history of the conversion's event, which grows if the conversion is delivered again."""
        [[version]] = self._database.run(
            "select coalesce(max(version), 0) + 1 from pagos.outbox_history where aggregateid = :id",
            id=no_pagada.id_evento,
        )
        row = outbox_row(
            aggregate_id=no_pagada.id_evento,
            version=version,
            type=type(no_pagada).__name__,
            payload=no_pagada_payload(no_pagada),
            occurred_at=no_pagada.ocurrido_en,
            traza=traza,
        )
        self._events.append([row])


def _huella(venta: Venta) -> bytes:
    """Return a sale's hash, computed as in the migration that introduced it; neither id contains control characters."""
    return hashlib.sha256(f"{one_form(venta.id_afiliado)}\x1f{venta.id_cliente}".encode()).digest()
