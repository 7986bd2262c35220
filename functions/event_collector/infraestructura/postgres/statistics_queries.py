"""Totals of events, by hour and day, remembered for some seconds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from cachetools import TTLCache

from event_collector.aplicacion.consultar_estadisticas import Estadisticas, EstadisticasConsultas, TotalDeEventos
from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.postgres.open_conversions import espera_mas_larga
from seedwork.aplicacion.ports import override

if TYPE_CHECKING:
    from event_collector.aplicacion.consultar_estadisticas import ConsultaEstadisticas
    from seedwork.infraestructura.postgres.database import PostgresDatabase

STALE_SECONDS: Final = 5
REMEMBERED: Final = 1_000
ALL_AFFILIATES: Final = ""


class PostgresEstadisticas(EstadisticasConsultas):
    """Reads the whole days of a period as days and its rest as hours: some hundred rows for a year."""

    def __init__(self, database: PostgresDatabase, *, historia: timedelta) -> None:
        """`historia` is how long hours, and days of unregistered affiliates, are kept."""
        self._database = database
        self._historia = historia
        self._answers: TTLCache[ConsultaEstadisticas, Estadisticas] = TTLCache(REMEMBERED, STALE_SECONDS)

    @override
    def estadisticas(self, consulta: ConsultaEstadisticas, *, ahora: datetime) -> Estadisticas:
        answer = self._answers.get(consulta)
        if answer is None:
            answer = self._answers[consulta] = self._read(consulta, ahora=ahora)
        return answer

    def _read(self, consulta: ConsultaEstadisticas, *, ahora: datetime) -> Estadisticas:
        rows = self._database.read(
            """
            with periodo as (
                select date_trunc('day', cast(:desde as timestamptz) + interval '23 hours', 'UTC') as primero,
                       date_trunc('day', cast(:hasta as timestamptz), 'UTC') as ultimo
            )
            select tipo, moneda, sum(eventos), sum(valor)
              from event_collector.totales_history, periodo
             where id_afiliado = :id_afiliado
               and (tipo = :tipo or cast(:tipo as text) is null)
               and (nivel = 'dia' and inicio >= primero and inicio < ultimo
                    or nivel = 'hora' and inicio >= :desde and inicio < least(primero, cast(:hasta as timestamptz))
                    or nivel = 'hora' and inicio >= greatest(ultimo, primero) and inicio < :hasta)
             group by tipo, moneda
             order by tipo, moneda
            """,
            desde=consulta.desde,
            hasta=consulta.hasta,
            id_afiliado=ALL_AFFILIATES if consulta.id_afiliado is None else consulta.id_afiliado,
            tipo=consulta.tipo,
        )
        return Estadisticas(
            consulta=consulta,
            cuentas=[
                TotalDeEventos(tipo=TipoEvento(tipo), moneda=moneda, eventos=int(eventos), valor=valor)
                for tipo, moneda, eventos, valor in rows
            ],
            calculado_en=ahora,
            espera_mas_larga_segundos=espera_mas_larga(self._database),
            sin_contar=self._olvidado(consulta, ahora - self._historia),
        )

    def _olvidado(self, consulta: ConsultaEstadisticas, antes: datetime) -> Sequence[tuple[datetime, datetime]]:
        if consulta.desde >= antes:
            return ()
        id_afiliado = consulta.id_afiliado
        registrado = id_afiliado is None or self._database.read(
            "select 1 from event_collector.afiliados where id = :id", id=id_afiliado
        )
        return consulta.olvidado(antes, tambien_dias=not registrado)
