"""Writes the read model to PostgreSQL: one statement for each kind of data in a batch.

By default it writes every generation, the serving one and the one being built. Triggers keep the totals
(infra/migrations).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reportes.aplicacion.proyectar import ModeloDeLectura
from seedwork.aplicacion.ports import override
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from reportes.aplicacion.proyectar import Novedad
    from reportes.dominio.campana_reportada import CampanaReportada
    from reportes.dominio.pago_reportado import PagoReportado
    from reportes.dominio.seguimiento import EventoSeguido
    from seedwork.infraestructura.postgres.database import PostgresDatabase


class PostgresModeloDeLectura(ModeloDeLectura):
    """Writes lock their rows in the order of their keys, so that two batches never deadlock."""

    def __init__(self, database: PostgresDatabase, *, generacion: int | None = None) -> None:
        self._database = database
        self._generacion = generacion

    @override
    def guardar_pagos(self, pagos: Collection[PagoReportado], /, *, ahora: datetime) -> None:
        """Merge the payments as `PagoReportado.con` does."""
        self._escribir(
            """
            insert into reportes.pagos as conocido
                   (generacion, id, id_afiliado, id_campana, monto, moneda, estado, fecha,
                    primera_version, ultima_version, ultimo_evento, contado_en)
            select generacion.numero, pago.*, :ahora
              from jsonb_to_recordset(cast(:filas as jsonb))
                as pago (id uuid, id_afiliado text, id_campana uuid, monto numeric, moneda text, estado text,
                         fecha timestamptz, primera_version int, ultima_version int, ultimo_evento text)
             cross join reportes.generaciones as generacion
             where generacion.estado <> 'retirada'
               and (cast(:generacion as int) is null or generacion.numero = :generacion)
             order by generacion.numero, pago.id
                on conflict (generacion, id) do update
               set estado = case when excluded.ultima_version > conocido.ultima_version
                                 then excluded.estado else conocido.estado end,
                   ultimo_evento = case when excluded.ultima_version > conocido.ultima_version
                                        then excluded.ultimo_evento else conocido.ultimo_evento end,
                   contado_en = case when excluded.ultima_version > conocido.ultima_version
                                     then excluded.contado_en else conocido.contado_en end,
                   ultima_version = greatest(excluded.ultima_version, conocido.ultima_version),
                   fecha = case when excluded.primera_version < conocido.primera_version
                                then excluded.fecha else conocido.fecha end,
                   primera_version = least(excluded.primera_version, conocido.primera_version)
             where excluded.ultima_version > conocido.ultima_version
                or excluded.primera_version < conocido.primera_version
            """,
            [
                {
                    "id": str(pago.id),
                    "id_afiliado": pago.id_afiliado,
                    "id_campana": pago.id_campana and str(pago.id_campana),
                    "monto": pago.monto.monto,
                    "moneda": pago.monto.moneda,
                    "estado": pago.estado,
                    "fecha": pago.fecha.isoformat(),
                    "primera_version": pago.primera_version,
                    "ultima_version": pago.ultima_version,
                    "ultimo_evento": pago.ultimo_evento,
                }
                for pago in pagos
            ],
            ahora=ahora,
        )

    @override
    def guardar_campanas(self, campanas: Collection[CampanaReportada], /) -> None:
        self._escribir(
            """
            insert into reportes.campanas as conocida (generacion, id, nombre, version)
            select generacion.numero, campana.*
              from jsonb_to_recordset(cast(:filas as jsonb)) as campana (id uuid, nombre text, version int)
             cross join reportes.generaciones as generacion
             where generacion.estado <> 'retirada'
               and (cast(:generacion as int) is null or generacion.numero = :generacion)
             order by generacion.numero, campana.id
                on conflict (generacion, id) do update
               set nombre = excluded.nombre, version = excluded.version
             where excluded.version > conocida.version
            """,
            [{"id": str(campana.id), "nombre": campana.nombre, "version": campana.version} for campana in campanas],
        )

    @override
    def guardar_seguimiento(self, eventos: Collection[EventoSeguido], /) -> None:
        """Count the new events; one so old that its generation may have forgotten it is treated as counted."""
        self._escribir(
            """
            insert into reportes.seguimiento (generacion, id, tipo, id_afiliado, id_campana, fecha)
            select generacion.numero, evento.*
              from jsonb_to_recordset(cast(:filas as jsonb))
                as evento (id text, tipo text, id_afiliado text, id_campana uuid, fecha timestamptz)
             cross join reportes.generaciones as generacion
             where generacion.estado <> 'retirada'
               and (cast(:generacion as int) is null or generacion.numero = :generacion)
               and evento.fecha >= generacion.seguimiento_desde
             order by generacion.numero, evento.id
                on conflict do nothing
            """,
            [
                {
                    "id": evento.id,
                    "tipo": evento.tipo,
                    "id_afiliado": evento.id_afiliado,
                    "id_campana": evento.id_campana and str(evento.id_campana),
                    "fecha": evento.fecha.isoformat(),
                }
                for evento in eventos
            ],
        )

    @override
    def anotar_avance(self, ultimos: Collection[Novedad], /, *, ahora: datetime) -> None:
        """Store progress unless a later event is stored; a replay into a named generation is no progress."""
        if self._generacion is not None:
            return
        self._database.run(
            """
            insert into reportes.avance as conocido (fuente, tipo, ocurrido_en, proyectado_en)
            select fuente, tipo, ocurrido_en, :ahora
              from jsonb_to_recordset(cast(:filas as jsonb)) as hecho (fuente text, tipo text, ocurrido_en timestamptz)
             order by fuente
                on conflict (fuente) do update
               set tipo = excluded.tipo, ocurrido_en = excluded.ocurrido_en, proyectado_en = excluded.proyectado_en
             where excluded.ocurrido_en > conocido.ocurrido_en
            """,
            filas=decimal_json.dumps(
                [
                    {"fuente": novedad.fuente, "tipo": novedad.tipo, "ocurrido_en": novedad.ocurrido_en.isoformat()}
                    for novedad in ultimos
                ]
            ),
            ahora=ahora,
        )

    @override
    def anotar_al_dia(self, ahora: datetime, /) -> None:
        """Store the time; of several concurrent ones the latest is kept."""
        self._database.run(
            """
            insert into reportes.al_dia as conocido (desde) values (:ahora)
                on conflict (only_row) do update set desde = greatest(conocido.desde, excluded.desde)
            """,
            ahora=ahora,
        )

    def _escribir(self, sql: str, filas: list[dict[str, Any]], **parametros: Any) -> None:
        self._database.run(sql, filas=decimal_json.dumps(filas), generacion=self._generacion, **parametros)
