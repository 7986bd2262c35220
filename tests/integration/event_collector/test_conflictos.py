"""A conversion in conflict becomes FALLIDO in any order of the news, on a real PostgreSQL."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from event_collector.aplicacion.seguir_comisiones import EN_CONFLICTO, ComisionNegada
from event_collector.dominio.estado_evento import EstadoEvento
from support.builders import AHORA
from support.event_collector.follow_up import un_pago

if TYPE_CHECKING:
    from event_collector.infraestructura.postgres.evento_queries import PostgresEventoConsultas
    from event_collector.infraestructura.postgres.follow_up import PostgresComisiones


@pytest.mark.parametrize("orden", list(permutations(range(3))))
def test_a_conversion_whose_payment_gave_way_is_in_conflict(
    consultas: PostgresEventoConsultas, comisiones: PostgresComisiones, conversion: UUID, orden: tuple[int, ...]
) -> None:
    """The news are: its payment was accepted, was given up, and the conversion lost the commission."""
    id_pago = uuid4()
    negada = ComisionNegada(
        event_id="e",
        id_evento=conversion,
        codigo=EN_CONFLICTO,
        mensaje="m",
        ocurrido_en=AHORA,
        id_pago_desplazado=id_pago,
    )
    hechos = (
        lambda: comisiones.guardar([un_pago(conversion, id_pago=id_pago, estado="PENDIENTE", version=1)]),
        lambda: comisiones.guardar([un_pago(conversion, id_pago=id_pago, estado="FALLIDO", version=2)]),
        lambda: comisiones.guardar_negadas([negada]),
    )
    for numero in orden:
        hechos[numero]()
    vista = consultas.por_id(conversion)
    assert (vista.estado, [fallo.codigo for fallo in vista.fallos]) == (EstadoEvento.FALLIDO, [EN_CONFLICTO])
