"""A tracking event: one fact, which never changes after its acceptance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from event_collector.dominio.errores import FechaFueraDeRangoError
from event_collector.dominio.tipo_evento import FuenteEvento, TipoEvento

if TYPE_CHECKING:
    from event_collector.dominio.afiliado import Afiliado
    from seedwork.dominio.dinero import Dinero
    from seedwork.dominio.solicitud import Solicitud
    from seedwork.dominio.traza import Traza

ANTIGUEDAD_MAXIMA: Final = timedelta(hours=24)
ADELANTO_MAXIMO: Final = timedelta(minutes=5)
VENTANA_DE_REPETICION: Final = timedelta(hours=24)
MARCA_DE_PRUEBA: Final = "01"
"""Two more hexadecimal digits in the key of a proven event, so that it differs from an unproven event's key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispositivo:
    """The device on which the event happened, as far as it is known."""

    tipo: str | None = None
    identificador: str | None = None
    sistema_operativo: str | None = None
    navegador: str | None = None
    resolucion_pantalla: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visita:
    """The visitor's data that the request itself carries."""

    id_sesion: str | None = None
    user_agent: str | None = None
    referrer: str | None = None
    ip: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatosDelEvento:
    """The event's own data, normalised; `timestamp` is the sender's and optional.

    `hash_validacion` is a text of the sender, kept without any check.
    """

    tipo: TipoEvento
    id_afiliado: str
    fuente: FuenteEvento = FuenteEvento.WEB_TAG
    timestamp: datetime | None = None
    id_campana: UUID | None = None
    id_oferta: str | None = None
    url: str | None = None
    parametros_tracking: Mapping[str, str]
    datos_custom: Mapping[str, Any]
    valor: Dinero | None = None
    dispositivo: Dispositivo
    id_cliente: str | None = None
    hash_validacion: str | None = None

    def visto_en(self, otro: Dispositivo) -> DatosDelEvento:
        """Return the data completed with more knowledge of the device; the event's own data take precedence."""
        suyo = self.dispositivo
        return replace(
            self,
            dispositivo=replace(
                suyo,
                tipo=suyo.tipo or otro.tipo,
                sistema_operativo=suyo.sistema_operativo or otro.sistema_operativo,
                navegador=suyo.navegador or otro.navegador,
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EventoRecibido:
    """A sent event. Events with the same `solicitud.clave` are the same event.

    A `probado` event, proven by a key or a signature, never repeats an unproven one, which anyone can send. An event
    has one id: the sender's id for the fact, or else the id of the request. If it has both, earlier versions identified
    it by `clave_de_peticion`: an event stored under that key is the same one if it has the same data.
    """

    datos: DatosDelEvento
    visita: Visita
    solicitud: Solicitud
    traza: Traza
    clave_de_peticion: str | None = None
    probado: bool = False

    def admitido_de(self, afiliado: Afiliado) -> EventoRecibido:
        """Return the event as its affiliate admits it: marked as proven if it is."""
        if self.probado or not afiliado.prueba(self.datos.fuente):
            return self
        clave = self.solicitud.clave
        probada = replace(
            self.solicitud,
            clave=f"{clave}{MARCA_DE_PRUEBA}",
            clave_anterior=self.solicitud.clave_anterior or clave,
        )
        de_peticion = self.clave_de_peticion and f"{self.clave_de_peticion}{MARCA_DE_PRUEBA}"
        return replace(self, solicitud=probada, clave_de_peticion=de_peticion, probado=True)

    def aceptar(self, id_evento: UUID, *, ahora: datetime) -> EventoAceptado:
        """Accept the event now; raises FechaFueraDeRangoError."""
        if (timestamp := self.datos.timestamp) and not (
            ahora - ANTIGUEDAD_MAXIMA <= timestamp <= ahora + ADELANTO_MAXIMO
        ):
            raise FechaFueraDeRangoError("timestamp admite como máximo 24 horas de antigüedad y 5 minutos de adelanto.")
        return EventoAceptado(id=id_evento, recibido=self, aceptado_en=ahora)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventoAceptado:
    """An accepted event, ready to be stored and published."""

    id: UUID
    recibido: EventoRecibido
    aceptado_en: datetime

    @property
    def repetible_desde(self) -> datetime | None:
        """The time from which an equal event is a new one; None for a conversion under its sender's id: it is paid."""
        datos = self.recibido.datos
        if datos.tipo is TipoEvento.CONVERSION and datos.id_cliente is not None:
            return None
        return self.aceptado_en + VENTANA_DE_REPETICION
