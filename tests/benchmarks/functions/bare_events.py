"""The floor of accepting a tracking event, as functions; bare_functions.py has the floor of payments."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import uuid4

import boto3
from uuid6 import uuid7

from benchmarks.functions.bare_parts import Event, Recorder, answered, idempotent, prepared
from event_collector.aplicacion.registrar_evento import conocido
from event_collector.dominio.evento import DatosDelEvento, Dispositivo, EventoRecibido, Visita
from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.http.views import evento_aceptado
from event_collector.infraestructura.postgres.evento_repository import PostgresEventoRepository
from seedwork.dominio.solicitud import Solicitud
from seedwork.dominio.traza import Traza
from seedwork.infraestructura.text import decimal_json


def transaction(event: Event, _context: object) -> Any:
    """Insert a new event: one statement writes its outbox row, its deduplication key and the totals."""
    for _ in range(event.get("times", 1)):
        body = _insert_event()
    return answered(body)


def counted_idempotent_nothing(event: Event, _context: object) -> Any:
    """Make Powertools' two calls of DynamoDB, and a conditional count between them."""
    for _ in range(event.get("times", 1)):
        idempotent(_count)(request={"key": str(uuid4()), "payload": {"hash": "0" * 64}})
    return answered("{}")


def counted_idempotent_transaction(_event: Event, _context: object) -> Any:
    """Make Powertools' two calls of DynamoDB, and the count and a new event between them."""
    return answered(idempotent(_counted_event)(request={"key": str(uuid4()), "payload": {"hash": "0" * 64}})["body"])


def _counted_event() -> str:
    _count()
    return _insert_event()


def _insert_event() -> str:
    sql, parameters, aceptado, old = _insert()
    new = str(uuid7())
    rows = parameters["rows"].replace(old, new).replace('"huella":"', f'"huella":"{uuid4().hex}', 1)
    prepared(sql).run(**parameters | {"rows": rows})
    return decimal_json.dumps(aceptado | {"id_evento": new})


def _count() -> str:
    _dynamodb().update_item(
        TableName=os.environ["RATE_LIMITS_TABLE"],
        Key={"id": {"S": "bare"}},
        UpdateExpression="ADD eventos :n SET expiration = if_not_exists(expiration, :expiration)",
        ConditionExpression="attribute_not_exists(eventos) OR eventos <= :free",
        ExpressionAttributeValues={":n": {"N": "1"}, ":free": {"N": "999999999"}, ":expiration": {"N": "1"}},
        ReturnValues="UPDATED_NEW",
        ReturnValuesOnConditionCheckFailure="ALL_OLD",
    )
    return "{}"


@cache
def _insert() -> tuple[str, Event, Event, str]:
    recorder = Recorder()
    datos = DatosDelEvento(
        tipo=TipoEvento.CLICK,
        id_afiliado="afiliado-001",
        url="https://shop.example.com/p/1?utm_source=x",
        parametros_tracking={"utm_source": "x"},
        datos_custom={},
        dispositivo=Dispositivo(tipo="DESKTOP", sistema_operativo="Windows 10", navegador="Chrome 126"),
        id_cliente=str(uuid4()),
    )
    recibido = EventoRecibido(
        datos=datos,
        visita=Visita(user_agent="Mozilla/5.0", ip="127.0.0.1"),
        solicitud=Solicitud(clave="0" * 32, huella="0" * 64),
        traza=Traza(correlation_id=str(uuid4())),
    )
    aceptado = recibido.aceptar(uuid7(), ahora=datetime.now(UTC))
    PostgresEventoRepository(recorder).agregar([aceptado])  # type: ignore[arg-type] # it only runs statements
    return recorder.sql, recorder.parameters, dict(evento_aceptado(conocido(aceptado))), str(aceptado.id)


@cache
def _dynamodb() -> Any:
    return boto3.client("dynamodb")
