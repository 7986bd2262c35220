"""A payment is created once per idempotency key and per reference."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from pagos.aplicacion.crear_pago import crear_pago
from pagos.dominio.errores import ClaveReutilizadaError, ReferenciaDuplicadaError
from support.builders import AHORA
from support.pagos.builders import crear, unos_datos
from support.pagos.fakes import FakePagosUnitOfWork

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
    """A command with the same payment under another key is a repetition too."""
    uow, datos = FakePagosUnitOfWork(), unos_datos()
    primero = crear_pago(crear(datos), uow=uow, ahora=AHORA)
    segundo = crear_pago(crear(datos, clave="otra"), uow=uow, ahora=AHORA)
    assert (segundo.pago.id, segundo.repetido) == (primero.pago.id, True)


@pytest.mark.parametrize(
    "otros",
    [
        unos_datos(referencia="r", monto="1"),
        unos_datos(referencia="r", campana=uuid4()),
    ],
)
def test_a_reference_with_other_data_is_refused(otros: DatosDelPago) -> None:
    """A reference belongs to one payment, under any key."""
    uow = FakePagosUnitOfWork()
    crear_pago(crear(unos_datos(referencia="r")), uow=uow, ahora=AHORA)
    with pytest.raises(ReferenciaDuplicadaError):
        crear_pago(crear(otros, clave="otra"), uow=uow, ahora=AHORA)


def test_a_reference_with_other_data_and_no_key_is_named() -> None:
    """Without a key, the message names the reference as reused."""
    uow = FakePagosUnitOfWork()
    crear_pago(crear(unos_datos(referencia="r")), uow=uow, ahora=AHORA)
    with pytest.raises(ClaveReutilizadaError, match="referencia_pago"):
        crear_pago(crear(unos_datos(referencia="r", monto="1")), uow=uow, ahora=AHORA)


def test_each_affiliate_has_references_and_keys_of_its_own() -> None:
    """Two affiliates may use `factura-1` for different payments, as a reference or as a key."""
    uow = FakePagosUnitOfWork()
    aceptados = [
        crear_pago(crear(unos_datos(referencia="factura-1", afiliado=afiliado), clave=clave), uow=uow, ahora=AHORA)
        for afiliado, clave in (("uno", "factura-1"), ("dos", None), ("tres", "factura-1"))
    ]
    assert [aceptado.repetido for aceptado in aceptados] == [False, False, False]


def test_a_key_of_a_token_with_another_affiliate_is_refused() -> None:
    """A key belongs to the token's subject, even if the payments are to different affiliates."""
    uow = FakePagosUnitOfWork()
    crear_pago(crear(clave="k", solicitante="s"), uow=uow, ahora=AHORA)
    with pytest.raises(ClaveReutilizadaError, match="clave de idempotencia"):
        crear_pago(crear(unos_datos(afiliado="otro"), clave="k", solicitante="s"), uow=uow, ahora=AHORA)
    assert not crear_pago(crear(clave="k", solicitante="t"), uow=uow, ahora=AHORA).repetido


def test_a_key_with_other_data_is_refused() -> None:
    """A key belongs to one request."""
    uow = FakePagosUnitOfWork()
    crear_pago(crear(clave="k"), uow=uow, ahora=AHORA)
    with pytest.raises(ClaveReutilizadaError):
        crear_pago(crear(clave="k"), uow=uow, ahora=AHORA)
    assert uow.transactions == 1
