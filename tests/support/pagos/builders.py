"""Builders of payments, with defaults that a test overrides where it matters."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from pagos.aplicacion.crear_pago import CrearPago
from pagos.dominio.eventos import DatosDelPago
from pagos.dominio.pago import Pago
from pagos.dominio.pago_repository import ClaveDeSolicitud
from support.builders import AHORA, cop, una_traza

if TYPE_CHECKING:
    from pagos.dominio.pasarela_de_pagos import Resultado


def unos_datos(
    *, referencia: str | None = None, monto: str = "100.50", afiliado: str = "afiliado-001", campana: UUID | None = None
) -> DatosDelPago:
    """Return the data of a payment; the reference is new each time."""
    return DatosDelPago(
        id_afiliado=afiliado, monto=cop(monto), referencia_pago=referencia or f"ref-{uuid4()}", id_campana=campana
    )


def un_pago(datos: DatosDelPago | None = None) -> Pago:
    """Return a newly accepted payment."""
    return Pago.crear(uuid4(), datos or unos_datos(), ahora=AHORA)


def en_proceso(datos: DatosDelPago | None = None) -> Pago:
    """Return a payment that the gateway is being asked for."""
    pago = un_pago(datos)
    pago.procesar(ahora=AHORA)
    return pago


def resuelto(
    pago: Pago,
    resultado: Resultado,
    *,
    ahora: datetime = AHORA,
    preguntada_en: datetime | None = None,
    consultar_antes: bool = False,
) -> Pago:
    """Return the payment after the gateway's answer to its open order; without `preguntada_en` it answers at once."""
    orden = pago.orden_abierta(correlation_id="corr", consultar_antes=consultar_antes, ahora=ahora)
    pago.resolver(orden, resultado, preguntada_en=preguntada_en or ahora, ahora=ahora)
    return pago


def una_clave(valor: str = "k", *, solicitante: str | None = None) -> ClaveDeSolicitud:
    """Return a key of the affiliate, or of the subject of a token."""
    return ClaveDeSolicitud(solicitante=solicitante, valor=valor)


def crear(datos: DatosDelPago | None = None, *, clave: str | None = None, solicitante: str | None = None) -> CrearPago:
    """Return a command that creates a payment, under a key if one is given."""
    return CrearPago(
        datos=datos or unos_datos(),
        clave=None if clave is None else una_clave(clave, solicitante=solicitante),
        traza=una_traza(),
    )
