"""The request that brings events, and the data that it carries outside of its body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Self

from event_collector.aplicacion.admitir import Credenciales
from event_collector.aplicacion.recepcion import Entrada
from event_collector.dominio.evento import EventoRecibido, Visita
from event_collector.dominio.tipo_evento import FuenteEvento
from event_collector.infraestructura.events.codec import clave_de_peticion, solicitud_de, stored_bytes
from event_collector.infraestructura.http.lenient_fields import address, cut, cut_visit, header
from event_collector.infraestructura.http.models import EventoDocumento
from event_collector.infraestructura.http.user_agent import device_of
from seedwork.infraestructura.http.problem_details import Problem, RequestError
from seedwork.infraestructura.http.request_body import validated
from seedwork.infraestructura.idempotency.key import HEADER, read_key

if TYPE_CHECKING:
    from seedwork.dominio.traza import Traza
    from seedwork.infraestructura.http.rest_api import RestApi

# A message of SQS was limited to this size for years. With all that the broker and Lambda add, it stays far below the
# broker's 5 MB and an invocation's 6 MB, so every accepted event can be published and delivered.
MAX_STORED_BYTES: Final = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRequest:
    """The request's headers (names in lower case) and body, and the visitor's data from them and from API Gateway."""

    cabeceras: Mapping[str, str] = field(repr=False)
    cuerpo: bytes = field(repr=False)
    visita: Visita

    @classmethod
    def of(cls, app: RestApi) -> Self:
        """Return the current request."""
        identity = app.request_context.get("identity") or {}
        return cls.read(cabeceras=app.lower_headers, cuerpo=app.raw_body, ip=identity.get("sourceIp"))

    @classmethod
    def read(cls, *, cabeceras: Mapping[str, str], cuerpo: bytes, ip: str | None) -> Self:
        """Return a request made of these parts; its visitor's data are read once for all of its events."""
        visita = Visita(
            id_sesion=header(cabeceras, "x-session-id"),
            user_agent=header(cabeceras, "user-agent"),
            referrer=address(cabeceras.get("referer")),
            ip=ip,
        )
        return cls(cabeceras=cabeceras, cuerpo=cuerpo, visita=visita)

    def id_cliente(self, fuente: FuenteEvento) -> str | None:
        """Return the request's id, which stays the same when it is sent again; raises RequestError (400)."""
        if (key := self.cabeceras.get(HEADER.lower())) is not None:
            return read_key(key)
        return header(self.cabeceras, "webhook-id") if fuente is FuenteEvento.WEBHOOK else None

    def sola(self, documento: EventoDocumento, *, traza: Traza) -> Entrada:
        """Return the only event of this request, whose id is also the event's; raises RequestError (400, 413)."""
        return self.entrada(documento, traza=traza, id_cliente=self.id_cliente(documento.fuente_evento))

    def lote(self, documentos: Iterable[Any], *, traza: Traza) -> list[Entrada | Exception]:
        """Return the events of a batch, in order; an unreadable event is replaced by its RequestError."""
        return [self._leida(documento, traza) for documento in documentos]

    def _leida(self, documento: Any, traza: Traza) -> Entrada | RequestError:
        try:
            return self.entrada(validated(documento, EventoDocumento), traza=traza)
        except RequestError as error:
            return error

    def entrada(self, documento: EventoDocumento, *, traza: Traza, id_cliente: str | None = None) -> Entrada:
        """Return the event as sent with this request, whose id is `id_cliente`; raises RequestError (413).

        The device's data from the User-Agent do not count when two events are compared. Texts cut for storage do count
        in full.
        """
        datos = documento.datos(id_cliente=id_cliente)
        visita = replace(
            self.visita,
            id_sesion=documento.id_sesion or self.visita.id_sesion,
            # The Referer header names the sending page; the document's `referrer`, even null, says where the visitor
            # came from.
            referrer=documento.referrer if "referrer" in documento.model_fields_set else self.visita.referrer,
        )
        guardada = cut_visit(visita)
        recibido = EventoRecibido(
            datos=cut(datos.visto_en(device_of(guardada.user_agent)) if guardada.user_agent else datos),
            visita=guardada,
            solicitud=solicitud_de(datos, visita),
            clave_de_peticion=clave_de_peticion(datos, id_cliente),
            traza=traza,
        )
        _refuse_too_large(recibido)
        return Entrada(
            recibido=recibido,
            credenciales=Credenciales(
                llave=documento.api_key or self.cabeceras.get("x-api-key"),
                cuerpo=self.cuerpo,
                cabeceras=self.cabeceras,
            ),
        )


def _refuse_too_large(recibido: EventoRecibido) -> None:
    if (size := stored_bytes(recibido)) > MAX_STORED_BYTES:
        raise RequestError(
            Problem(
                status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                codigo="evento-demasiado-grande",
                detail=f"El evento ocuparía {size} bytes al guardarse y publicarse, con sus números escritos sin "
                f"exponente; se admiten como máximo {MAX_STORED_BYTES}.",
            )
        )
