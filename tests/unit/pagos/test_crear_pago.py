"""A payment is created once per key and reference."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from pagos.aplicacion.crear_pago import crear_pago
from pagos.dominio.errores import ClaveReutilizadaError, ReferenciaDuplicadaError
from support.builders import AHORA, crear, unos_datos
from support.fakes import FakePagosUnitOfWork

if TYPE_CHECKING:
    from pagos.dominio.eventos import DatosDelPago


def test_a_repeated_command_returns_the_first_payment() -> None:
    """Two equal commands make one payment."""
    uow, comando = FakePagosUnitOfWork(), crear()
    primero = crear_pago(comando, uow=uow, ahora=AHORA)
    segundo = crear_pago(comando, uow=uow, ahora=AHORA)
    assert (primero.repetido, segundo.repetido) == (False, True)
    assert segundo.pago.id == primero.pago.id
    assert uow.transactions == 1


def test_the_reference_alone_makes_a_command_a_repetition() -> None:
    """The same payment asked for under another key is still the same payment."""
    uow, datos = FakePagosUnitOfWork(), unos_datos()
    primero = crear_pago(crear(datos), uow=uow, ahora=AHORA)
    segundo = crear_pago(crear(datos, clave="otra"), uow=uow, ahora=AHORA)
    assert (segundo.pago.id, segundo.repetido) == (primero.pago.id, True)


@pytest.mark.parametrize(
    "otros",
    [
        unos_datos(referencia="r", monto="1"),
        unos_datos(referencia="r", afiliado="otro"),
        unos_datos(referencia="r", campana=uuid4()),
    ],
)
def test_a_reference_with_other_data_is_refused(otros: DatosDelPago) -> None:
    """A reference belongs to one payment, whatever the key."""
    uow = FakePagosUnitOfWork()
    crear_pago(crear(unos_datos(referencia="r")), uow=uow, ahora=AHORA)
    with pytest.raises(ReferenciaDuplicadaError):
        crear_pago(crear(otros, clave="otra"), uow=uow, ahora=AHORA)


def test_a_key_with_other_data_is_refused() -> None:
    """A key belongs to one request."""
    uow = FakePagosUnitOfWork()
    crear_pago(crear(clave="k"), uow=uow, ahora=AHORA)
    with pytest.raises(ClaveReutilizadaError):
        crear_pago(crear(clave="k"), uow=uow, ahora=AHORA)
    assert uow.transactions == 1
