"""The requests of the payments API; their fields are in Spanish snake_case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID

from pydantic import Field

from pagos.aplicacion.listar_pagos import Busqueda, Cursor
from pagos.dominio.comision import PREFIJO_DE_REFERENCIA
from pagos.dominio.estado_pago import EstadoPago
from pagos.dominio.eventos import DatosDelPago
from pagos.dominio.pago_repository import ClaveDeSolicitud
from pagos.infraestructura.http.fields import Referencia
from seedwork.dominio.dinero import Dinero, Moneda
from seedwork.dominio.huella import huella
from seedwork.dominio.solicitud import Solicitud
from seedwork.infraestructura.http.operation.parameters import uuid_parameter
from seedwork.infraestructura.idempotency.key import key_header
from seedwork.infraestructura.text.field_types import Desde, Hasta, IdAfiliado, Monto, TextoVisto
from seedwork.infraestructura.text.lazy_models import LazyModel, StrictModel
from seedwork.infraestructura.text.page_cursor import CursorDePagina, decode_cursor, only_of

if TYPE_CHECKING:
    from pagos.aplicacion.crear_pago import CrearPago

LISTA: Final = "pagos"  # in its cursors
MAX_LIMITE: Final = 200
MAX_MINUTOS: Final = 60
ID_PAGO: Final = uuid_parameter(
    "id_pago",
    "The payment's id, from the answer to its request; the example is unknown, so it gets 404.",
    example="01a2172f-5b0c-7d3e-9f4a-2c6b8d0e1f35",
)
CLAVE: Final = key_header(reserved=PREFIJO_DE_REFERENCIA)


class CrearPagoBody(LazyModel):
    """A payment to an affiliate."""

    id_afiliado: Annotated[IdAfiliado, Field(description="The payee.")]
    monto: Annotated[Monto, Field(gt=0)]
    moneda: Moneda
    referencia_pago: Annotated[
        Referencia, Field(description="The affiliate's own reference; the same data under it is the same payment.")
    ]
    id_campana: UUID | None = None

    def datos(self) -> DatosDelPago:
        """Return the domain's value."""
        return DatosDelPago(
            id_afiliado=self.id_afiliado,
            monto=Dinero(monto=self.monto, moneda=self.moneda),
            referencia_pago=self.referencia_pago,
            id_campana=self.id_campana,
        )


class ListarPagosParametros(StrictModel):
    """Which payments to list; unknown parameters are refused, because they may be typing errors."""

    estado: EstadoPago | None = None
    id_afiliado: Annotated[IdAfiliado | None, Field(description="The payee.")] = None
    desde: Annotated[Desde | None, Field(description="Payments accepted at this instant or later.")] = None
    hasta: Annotated[Hasta | None, Field(description="Payments accepted before this instant.")] = None
    cursor: Annotated[CursorDePagina, only_of(LISTA)] | None = None
    limite: Annotated[int, Field(ge=1, le=MAX_LIMITE, description="The size of a page.")] = 50

    def busqueda(self) -> Busqueda:
        """Return the application's query; raises PeriodoInvertidoError."""
        return Busqueda(
            limite=self.limite,
            cursor=_cursor(self.cursor),
            estado=self.estado,
            id_afiliado=self.id_afiliado,
            desde=self.desde,
            hasta=self.hasta,
        )


class RecientesParametros(StrictModel):
    """How far back to count; unknown parameters are refused, because they may be typing errors."""

    minutos: Annotated[
        int, Field(ge=1, le=MAX_MINUTOS, description="The number of minutes; the current one is the last.")
    ] = 10


class RevertirPagoBody(LazyModel):
    """The reason of a reversal."""

    motivo: Annotated[TextoVisto, Field(max_length=500)]


def _cursor(text: str | None) -> Cursor | None:
    if text is None:
        return None
    fecha_creacion, id_pago = decode_cursor(text, lista=LISTA)
    return Cursor(fecha_creacion=fecha_creacion, id=id_pago)


def clave_de_solicitud(valor: str | None, *, solicitante: str | None) -> ClaveDeSolicitud | None:
    """Return the idempotency key of a request, None if its header gives none."""
    return None if valor is None else ClaveDeSolicitud(solicitante=solicitante, valor=valor)


def solicitud_de(comando: CrearPago) -> Solicitud:
    """Return the hashed identity of a command, which its repetitions share, and the hash of its meaning."""
    datos, clave = comando.datos, comando.clave
    if clave is None:
        identidad = ["afiliado", datos.id_afiliado, "referencia_pago", datos.referencia_pago]
    elif clave.solicitante is None:
        identidad = ["afiliado", datos.id_afiliado, "clave", clave.valor]
    else:
        identidad = ["sub", clave.solicitante, "clave", clave.valor]
    return Solicitud(clave=huella(identidad), huella=huella(datos))
