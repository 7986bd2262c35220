"""Campaigns in PostgreSQL: events are the truth; `campanas.campanas` has a snapshot and the metrics of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from campanas.dominio.campana import Campana
from campanas.dominio.campana_repository import CampanaRepository, SolicitudAtendida
from campanas.dominio.eventos import MetricasCorregidas
from campanas.infraestructura.events.codec import from_payload, to_payload
from campanas.infraestructura.postgres.campana_row import COLUMNS, vista_from
from seedwork.aplicacion.ports import override
from seedwork.dominio.dinero import Moneda
from seedwork.dominio.domain_error import ConcurrencyError
from seedwork.infraestructura.postgres.event_store import PostgresEventStore, new_rows
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from campanas.dominio.campana_repository import Ambito
    from campanas.dominio.metricas import Metricas
    from seedwork.dominio.solicitud import Solicitud
    from seedwork.dominio.traza import Traza
    from seedwork.infraestructura.postgres.database import PostgresDatabase


class PostgresCampanaRepository(CampanaRepository):
    """Reads and writes within the open transaction of `database`."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database
        self._events = PostgresEventStore(database, schema="campanas", aggregate_type="Campana")

    @override
    def buscar(self, id_campana: UUID) -> Campana | None:
        """Read the row, a snapshot of the latest version: a long history costs nothing."""
        rows = self._database.run(f"select {COLUMNS} from campanas.campanas where id = :id", id=id_campana)
        if not rows:
            return None
        vista = vista_from(rows[0])
        return Campana.desde_instantanea(
            id_campana,
            version=vista.version,
            datos=vista.datos,
            estado=vista.estado,
            fecha_creacion=vista.fecha_creacion,
            fecha_actualizacion=vista.fecha_actualizacion,
            metricas=vista.metricas,
        )

    @override
    def como_fue_creada(self, id_campana: UUID) -> Campana:
        """Read the first event alone."""
        [creada] = self._events.load([id_campana], up_to=1)[id_campana]
        return Campana.reconstituir(id_campana, [from_payload(creada.type, creada.payload, creada.occurred_at)])

    @override
    def atendida(self, solicitud: Solicitud, *, ambito: Ambito) -> SolicitudAtendida | None:
        """Look the key up in the unique indexes of the outbox and of its archive, by one statement."""
        rows = self._database.run(
            """
            select aggregateid, metadata->>'request_hash'
              from campanas.outbox_history
             where coalesce('sub:' || (metadata->>'caller'), 'afiliado:' || (payload->>'id_afiliado'))
                       = coalesce('sub:' || cast(:solicitante as text), 'afiliado:' || cast(:id_afiliado as text),
                                  (select 'afiliado:' || id_afiliado from campanas.campanas where id = :id_campana))
               and metadata->>'idempotency_key' = :clave
            """,
            solicitante=solicitud.solicitante,
            id_afiliado=ambito.id_afiliado,
            id_campana=ambito.id_campana,
            clave=solicitud.clave,
        )
        if not rows:
            return None
        [[id_campana, huella]] = rows
        return SolicitudAtendida(id_campana=id_campana, huella=huella)

    @override
    def agregar(self, campana: Campana, *, solicitud: Solicitud, traza: Traza) -> None:
        """Insert the campaign; the unique index of keys decides, after waiting for a concurrent insert of the key."""
        datos = campana.datos
        self._events.append_if(
            """
            insert into campanas.campanas (id, nombre, tipo, descripcion, estado, presupuesto, moneda, fecha_inicio,
                                           fecha_fin, id_afiliado, fecha_creacion, fecha_actualizacion, version)
            values (:id, :nombre, :tipo, :descripcion, :estado, :presupuesto, :moneda, :fecha_inicio,
                    :fecha_fin, :id_afiliado, :fecha_creacion, :fecha_creacion, :version)
            returning id
            """,
            new_rows(campana, to_payload, traza=traza, solicitud=solicitud),
            id_afiliado=datos.id_afiliado,
            fecha_creacion=campana.fecha_creacion,
            **_state(campana),
        )
        campana.clear_new_events()

    @override
    def guardar(self, campana: Campana, *, solicitud: Solicitud, traza: Traza) -> None:
        """Write state and events by one statement, which does nothing if the version has changed."""
        rows = new_rows(campana, to_payload, traza=traza, solicitud=solicitud)
        if not rows:
            return
        stored = self._events.append_if(
            """
            update campanas.campanas
               set nombre = :nombre, tipo = :tipo, descripcion = :descripcion, estado = :estado,
                   presupuesto = :presupuesto, moneda = :moneda, fecha_inicio = :fecha_inicio, fecha_fin = :fecha_fin,
                   fecha_actualizacion = :fecha_actualizacion, version = :version,
                   impresiones = coalesce(cast(:impresiones as bigint), impresiones),
                   clicks = coalesce(cast(:clicks as bigint), clicks),
                   conversiones = coalesce(cast(:conversiones as bigint), conversiones),
                   gasto_usd = coalesce(cast(:gasto_usd as numeric), gasto_usd),
                   gasto_eur = coalesce(cast(:gasto_eur as numeric), gasto_eur),
                   gasto_cop = coalesce(cast(:gasto_cop as numeric), gasto_cop)
             where id = :id and version = :version_anterior
            returning id
            """,
            rows,
            fecha_actualizacion=campana.fecha_actualizacion,
            version_anterior=campana.version - len(rows),
            **_state(campana),
            **_corregidas(campana),
        )
        if not stored:
            raise ConcurrencyError("Otra operación modificó la campaña al mismo tiempo; inténtelo de nuevo.")
        campana.clear_new_events()

    @override
    def sumar_metricas(self, metricas: Mapping[UUID, Metricas]) -> set[UUID]:
        """Lock the rows in the order of their ids, so that two batches never deadlock, and add to them."""
        rows = self._database.run(
            """
            with bloqueada as (
                select id
                  from campanas.campanas
                 where id = any(cast(:ids as uuid[]))
                 order by id
                   for no key update
            )
            update campanas.campanas as campana
               set impresiones = campana.impresiones + suma.impresiones,
                   clicks = campana.clicks + suma.clicks,
                   conversiones = campana.conversiones + suma.conversiones,
                   gasto_usd = campana.gasto_usd + suma.gasto_usd,
                   gasto_eur = campana.gasto_eur + suma.gasto_eur,
                   gasto_cop = campana.gasto_cop + suma.gasto_cop
              from bloqueada
              join jsonb_to_recordset(cast(:sumas as jsonb))
                as suma (id uuid, impresiones bigint, clicks bigint, conversiones bigint,
                         gasto_usd numeric, gasto_eur numeric, gasto_cop numeric)
                on suma.id = bloqueada.id
             where campana.id = bloqueada.id
            returning campana.id
            """,
            ids=list(metricas),
            sumas=decimal_json.dumps([{"id": str(clave), **_columns(suma)} for clave, suma in metricas.items()]),
        )
        return {id_campana for [id_campana] in rows}


def _columns(metricas: Metricas) -> dict[str, Any]:
    return {
        "impresiones": metricas.impresiones,
        "clicks": metricas.clicks,
        "conversiones": metricas.conversiones,
        **{f"gasto_{moneda.lower()}": metricas.gasto(moneda) for moneda in Moneda},
    }


def _state(campana: Campana) -> dict[str, Any]:
    datos = campana.datos
    return {
        "id": campana.id,
        "nombre": datos.nombre,
        "tipo": datos.tipo.value,
        "descripcion": datos.descripcion,
        "estado": campana.estado.value,
        "presupuesto": datos.presupuesto.monto,
        "moneda": datos.presupuesto.moneda.value,
        "fecha_inicio": datos.fecha_inicio,
        "fecha_fin": datos.fecha_fin,
        "version": campana.version,
    }


def _corregidas(campana: Campana) -> dict[str, Any]:
    """Return the corrected columns; None leaves a column to the events that may add to it meanwhile."""
    corregidas = {
        name: valor
        for event in campana.new_events
        if isinstance(event, MetricasCorregidas)
        for name, valor in asdict(event.correccion).items()
        if valor is not None
    }
    moneda = campana.datos.presupuesto.moneda
    return {
        **{name: corregidas.get(name) for name in ("impresiones", "clicks", "conversiones")},
        **{f"gasto_{otra.lower()}": corregidas.get("gasto") if otra is moneda else None for otra in Moneda},
    }
