"""Lists of events on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from event_collector.aplicacion.consultar_eventos import EventoDeLista, EventoListas, PaginaDeEventos, PagoDeComision
from event_collector.dominio.estado_evento import EstadoEvento, estado_de
from event_collector.dominio.tipo_evento import TipoEvento
from event_collector.infraestructura.events.codec import TYPES
from event_collector.infraestructura.postgres.event_ids import first_id, id_after
from seedwork.aplicacion.ports import override

if TYPE_CHECKING:
    from event_collector.aplicacion.consultar_eventos import BusquedaDeEventos
    from seedwork.infraestructura.postgres.database import PostgresDatabase

_TABLES: Final = ("outbox", "outbox_archive")
_FALLIDO: Final = """
    (exists (select from event_collector.outbox as aparcado
              where aparcado.aggregateid = evento.aggregateid and aparcado.parked_at is not null offset 0)
     or exists (select from event_collector.fallos
                 where fallos.id_evento = evento.aggregateid and resuelto_en is null offset 0))"""
_DECIDIDO: Final = """
    (exists (select from event_collector.comisiones where comisiones.id_evento = evento.aggregateid offset 0)
     or exists (select from event_collector.sin_comision where sin_comision.id_evento = evento.aggregateid offset 0))"""
_PUBLICADO: Final = "evento.published_at is not null"
_SIN_VALOR: Final = "(evento.type <> 'ConversionRegistrada' or evento.payload->>'valor_conversion' is null)"
# The conditions of each state, as `estado_de` has them.
_EN_ESTADO: Final = {
    EstadoEvento.RECIBIDO: f"evento.published_at is null and not {_FALLIDO}",
    EstadoEvento.PUBLICADO: f"{_PUBLICADO} and not {_FALLIDO} and not {_SIN_VALOR} and not {_DECIDIDO}",
    EstadoEvento.PROCESADO: f"{_PUBLICADO} and not {_FALLIDO} and ({_SIN_VALOR} or {_DECIDIDO})",
    EstadoEvento.FALLIDO: _FALLIDO,
}
# All events that may be in one of the states that most events leave soon.
_CANDIDATOS: Final = {
    EstadoEvento.RECIBIDO: "select aggregateid as id from event_collector.outbox"
    " where published_at is null and parked_at is null",
    EstadoEvento.PUBLICADO: "select id_evento as id from event_collector.conversiones_abiertas",
    EstadoEvento.FALLIDO: "select id_evento as id from event_collector.fallos where resuelto_en is null"
    " union select aggregateid from event_collector.outbox where parked_at is not null",
}


class PostgresEventoListas(EventoListas):
    """Finds each page in an index with its order, or among the events in a state that most events leave soon.

    So a page costs the same at any depth and number of events.
    """

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    @override
    def pagina(self, busqueda: BusquedaDeEventos, /) -> PaginaDeEventos:
        """Fetch one extra event, which tells whether there is a next page."""
        ids, parameters = _ids(busqueda)
        rows = self._database.read(
            f"""
            select evento.aggregateid, payload->>'tipo_evento', payload->>'id_afiliado', payload->>'id_campana',
                   payload->>'fuente_evento', payload->>'valor_conversion', payload->>'moneda', occurred_at,
                   published_at, {_FALLIDO}, {_DECIDIDO}, comision.id_pago, comision.estado, comision.mensaje_error
              from ({ids}) as pagina
             cross join lateral (select * from event_collector.outbox_history
                                  where aggregateid = pagina.id and version = 1 offset 0) as evento
              left join lateral (select * from event_collector.comisiones
                                  where id_evento = pagina.id offset 0) as comision on true
             order by pagina.id desc
            """,
            **parameters,
            limite=busqueda.limite + 1,
        )
        eventos = [_evento(row) for row in rows[: busqueda.limite]]
        return PaginaDeEventos(eventos=eventos, hay_mas=len(rows) > busqueda.limite)


def _ids(busqueda: BusquedaDeEventos) -> tuple[str, dict[str, Any]]:
    """Return the query for the ids of a page, newest first."""
    bounds, parameters = _bounds(busqueda)
    if busqueda.id_afiliado is not None:
        parameters["id_afiliado"] = busqueda.id_afiliado
    if busqueda.tipo is not None or busqueda.id_afiliado is not None:
        parameters["tipos"] = [TYPES[tipo] for tipo in ([busqueda.tipo] if busqueda.tipo else TipoEvento)]
    conditions = ["evento.version = 1"]
    for name, condition in (("desde", "evento.occurred_at >= :desde"), ("hasta", "evento.occurred_at < :hasta")):
        conditions += [condition] if name in parameters else []
    if busqueda.estado is not None:
        conditions.append(_EN_ESTADO[busqueda.estado])
    if candidates := _CANDIDATOS.get(busqueda.estado) if busqueda.estado else None:
        within = " and ".join(["true", *(f"id {bound}" for bound in bounds)])
        return _of_candidates(candidates, within, [*conditions, *_filters(busqueda)]), parameters
    conditions += [f"evento.aggregateid {bound}" for bound in bounds]
    if "tipos" not in parameters:
        return _of_history(conditions), parameters
    return _of_types(conditions, by_affiliate=busqueda.id_afiliado is not None), parameters


def _bounds(busqueda: BusquedaDeEventos) -> tuple[list[str], dict[str, Any]]:
    """Return the bounds of the ids, which begin with the time, so they bound the scan of an index."""
    bounds, parameters = list[str](), dict[str, Any]()
    before = [busqueda.cursor] if busqueda.cursor else []
    if busqueda.hasta is not None:
        before.append(id_after(busqueda.hasta))
        parameters["hasta"] = busqueda.hasta
    if before:
        bounds.append("< :antes_de")
        parameters["antes_de"] = min(before)
    if busqueda.desde is not None:
        bounds.append(">= :primero")
        parameters |= {"primero": first_id(busqueda.desde), "desde": busqueda.desde}
    return bounds, parameters


def _filters(busqueda: BusquedaDeEventos) -> list[str]:
    filters = []
    if busqueda.tipo is not None or busqueda.id_afiliado is not None:
        filters.append("evento.type = any(cast(:tipos as text[]))")
    if busqueda.id_afiliado is not None:
        filters.append("normalize(evento.payload->>'id_afiliado', NFKC) = :id_afiliado")
    return filters


def _of_candidates(candidates: str, within: str, conditions: list[str]) -> str:
    """Return the query for the newest of the candidates; only those within the bounds are looked up."""
    return f"""
        select candidato.id
          from (select id from ({candidates}) as alguno where {within} order by id desc offset 0) as candidato
         cross join lateral (select * from event_collector.outbox_history
                              where aggregateid = candidato.id and version = 1 offset 0) as evento
         where {" and ".join(conditions)}
         order by candidato.id desc
         limit :limite
        """


def _of_history(conditions: list[str]) -> str:
    scans = " union all ".join(
        f"(select aggregateid as id from event_collector.{table} as evento where {' and '.join(conditions)}"
        " order by aggregateid desc, version desc limit :limite)"
        for table in _TABLES
    )
    return f"select id from ({scans}) as nuevo order by id desc limit :limite"


def _of_types(conditions: list[str], *, by_affiliate: bool) -> str:
    """Return the query for the newest of each type, and of those the newest.

    So one index by affiliate and type also serves an affiliate's events of all types. `= any` of one value keeps a
    column a part of the order, so that only the index with these columns serves.
    """
    conditions = ["evento.type = any(array[uno.tipo])", *conditions]
    order = "type desc, aggregateid desc"
    if by_affiliate:
        conditions = ["normalize(evento.payload->>'id_afiliado', NFKC) = any(array[:id_afiliado])", *conditions]
        order = f"normalize(evento.payload->>'id_afiliado', NFKC) desc, {order}"
    scans = " union all ".join(
        f"(select aggregateid as id from event_collector.{table} as evento where {' and '.join(conditions)}"
        f" order by {order} limit :limite)"
        for table in _TABLES
    )
    return f"""
        select de_tipo.id
          from unnest(cast(:tipos as text[])) as uno (tipo)
         cross join lateral ({scans}) as de_tipo
         order by de_tipo.id desc
         limit :limite
        """


def _evento(row: Sequence[Any]) -> EventoDeLista:
    id_evento, tipo, id_afiliado, id_campana, fuente, valor, moneda, aceptado_en, publicado_en, *seguimiento = row
    fallido, decidido, id_pago, estado_pago, mensaje_error = seguimiento
    return EventoDeLista(
        id=id_evento,
        tipo=TipoEvento(tipo),
        id_afiliado=id_afiliado,
        id_campana=id_campana,
        fuente=fuente,
        valor=None if valor is None else Decimal(valor),
        moneda=moneda,
        aceptado_en=aceptado_en,
        publicado_en=publicado_en,
        estado=estado_de(
            fallido=fallido,
            publicado=publicado_en is not None,
            espera_pago=TipoEvento(tipo) is TipoEvento.CONVERSION and valor is not None,
            decidido=decidido,
        ),
        pago=id_pago and PagoDeComision(id=id_pago, estado=estado_pago, mensaje_error=mensaje_error),
    )
