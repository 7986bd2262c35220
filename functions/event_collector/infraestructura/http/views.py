"""The answers of the event collector's API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from event_collector.dominio.estado_evento import EstadoEvento
from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.events.codec import topic_of
from event_collector.infraestructura.http.rate_limit_headers import rate_limit_headers
from seedwork.infraestructura.http.problem_details import Problem
from seedwork.infraestructura.http.readiness import ready_response
from seedwork.infraestructura.idempotency.answer import IdempotentAnswer
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from chalice.app import Response

    from event_collector.aplicacion.consultar_estadisticas import Estadisticas
    from event_collector.aplicacion.consultar_eventos import EventoVista, Fallo, PagoDeComision
    from event_collector.aplicacion.disponibilidad import Dependencias
    from event_collector.aplicacion.registrar_evento import EventoRegistrado
    from event_collector.dominio.cupo import Cupo
    from event_collector.dominio.evento_repository import EventoConocido
    from event_collector.infraestructura.http.operations import answers

_DUPLICADO: Final = ',"duplicado":true}'


def evento_aceptado(evento: EventoConocido) -> answers.EventoAceptado:
    """Return the answer to `POST /event-collector/events`: the event as accepted, without its later states."""
    return {
        "exito": True,
        "id_evento": str(evento.id),
        "estado": EstadoEvento.RECIBIDO,
        "mensaje": "Evento recibido; se publicará en breve.",
        "hash_evento": evento.hash_evento,
        "topic_destino": topic_of(evento.tipo),
        "timestamp_procesamiento": evento.aceptado_en.isoformat(),
    }


def registrado(registro: EventoRegistrado, cupo: Cupo) -> IdempotentAnswer:
    """Return the answer to an event registered now; its headers describe the rest of the limit."""
    body = decimal_json.dumps(evento_aceptado(registro.evento))
    return IdempotentAnswer(body=body, replayed=registro.repetido, headers=rate_limit_headers(cupo))


def duplicado(body: str) -> str:
    """Return the first answer, marked for a repetition."""
    return body.removesuffix("}") + _DUPLICADO


def lote(resultados: Sequence[EventoRegistrado | Problem]) -> answers.ResultadosDelLote:
    """Return the answer to `POST /event-collector/events/batch`: the result of each event, in order."""
    registros = [resultado for resultado in resultados if not isinstance(resultado, Problem)]
    duplicados = sum(registro.repetido for registro in registros)
    return {
        "resultados": [
            _rechazo(indice, resultado) if isinstance(resultado, Problem) else _registro(indice, resultado)
            for indice, resultado in enumerate(resultados)
        ],
        "aceptados": len(registros) - duplicados,
        "duplicados": duplicados,
        "rechazados": len(resultados) - len(registros),
    }


def _registro(indice: int, registro: EventoRegistrado) -> answers.ResultadoAceptado:
    resultado: answers.ResultadoAceptado = {"indice": indice, **evento_aceptado(registro.evento)}
    if registro.repetido:
        resultado["duplicado"] = True
    return resultado


def _rechazo(indice: int, problem: Problem) -> answers.ResultadoRechazado:
    return {
        "indice": indice,
        "exito": False,
        "status": int(problem.status),
        "codigo": problem.codigo,
        "mensaje": problem.detail,
        "errores": [
            {"campo": error["campo"], "codigo": error["codigo"], "mensaje": error["mensaje"]}
            for error in problem.errores
        ],
    }


def estado(vista: EventoVista) -> answers.EstadoDelEvento:
    """Return the answer to `GET /event-collector/events/{id}/status`."""
    motivo = vista.sin_comision
    return {
        "id_evento": str(vista.id),
        "estado": vista.estado,
        "tipo_evento": vista.datos["tipo_evento"],
        "id_afiliado": vista.datos["id_afiliado"],
        "id_campana": vista.datos["id_campana"],
        "valor_conversion": vista.datos["valor_conversion"],
        "moneda": vista.datos["moneda"],
        "fuente_evento": vista.datos["fuente_evento"],
        "topic_destino": topic_of(vista.tipo),
        "fecha_recepcion": vista.aceptado_en.isoformat(),
        "fecha_publicacion": _instant(vista.publicado_en),
        "pago": _pago(vista.pago),
        "sin_comision": {"codigo": motivo.codigo, "mensaje": motivo.mensaje} if motivo else None,
        "fallos": [_fallo(fallo) for fallo in vista.fallos],
        "reintentos": vista.reintentos,
        "hash_evento": vista.datos["hash_evento"],
        "correlation_id": vista.correlation_id,
    }


def _pago(pago: PagoDeComision | None) -> answers.PagoDelEvento | None:
    if pago is None:
        return None
    return {"id_pago": str(pago.id), "estado": pago.estado, "mensaje_error": pago.mensaje_error}


def fallidos(fallos: Sequence[Fallo]) -> answers.EventosFallidos:
    """Return the answer to `GET /event-collector/failed-events`."""
    return {
        "eventos": [
            {
                "id_evento": str(fallo.id_evento),
                "tipo_evento": fallo.tipo,
                "id_afiliado": fallo.id_afiliado,
                **_fallo(fallo),
            }
            for fallo in fallos
        ],
        "total": len(fallos),
    }


def _fallo(fallo: Fallo) -> answers.FalloDelEvento:
    return {
        "consumidor": fallo.consumidor,
        "codigo": fallo.codigo,
        "motivo": fallo.motivo,
        "topico": fallo.topico,
        "fecha": fallo.fecha.isoformat(),
    }


def reintento(id_evento: UUID, reintentos: int) -> answers.EventoReintentado:
    """Return the answer to `POST /event-collector/events/{id}/retry`."""
    return {
        "exito": True,
        "id_evento": str(id_evento),
        "estado": EstadoEvento.RECIBIDO,
        "reintentos": reintentos,
        "mensaje": "El evento se publicará de nuevo.",
    }


def estadisticas(respuesta: Estadisticas) -> answers.EstadisticasDeEventos:
    """Return the answer to `GET /event-collector/statistics`."""
    consulta, por_tipo = respuesta.consulta, respuesta.por_tipo
    tipos = [consulta.tipo] if consulta.tipo else list(TipoEvento)
    return {
        "total_eventos": sum(por_tipo.values()),
        "por_tipo": {tipo: por_tipo.get(tipo, 0) for tipo in tipos},
        "valor_conversiones": dict(respuesta.valor_por_moneda),
        "id_afiliado": consulta.id_afiliado,
        "periodo": {"desde": consulta.desde.isoformat(), "hasta": consulta.hasta.isoformat()},
        "sin_contar": [{"desde": inicio.isoformat(), "hasta": fin.isoformat()} for inicio, fin in respuesta.sin_contar],
        "conversion_mas_antigua_segundos": respuesta.espera_mas_larga_segundos,
        "calculado_en": respuesta.calculado_en.isoformat(),
    }


def limite(id_afiliado: str, *, usados: int, ventanas: int, maximo: int, ahora: datetime) -> answers.LimiteDelAfiliado:
    """Return the answer to `GET /event-collector/rate-limit/{id_afiliado}`."""
    return {
        "id_afiliado": id_afiliado,
        "eventos_actuales": usados,
        "ventana_minutos": ventanas,
        "limite_maximo": maximo * ventanas,
        "timestamp": ahora.isoformat(),
    }


def disponible(service: str, dependencias: Dependencias) -> Response:
    """Return the answer to `GET /event-collector/ready`.

    Without DynamoDB the state is degraded: events are accepted without a limit.
    """
    return ready_response(
        service,
        {"dynamodb": dependencias.tablas},
        eventos_por_publicar=dependencias.por_publicar,
        mas_antiguo_segundos=dependencias.mas_antiguo_segundos,
    )


def _instant(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()
