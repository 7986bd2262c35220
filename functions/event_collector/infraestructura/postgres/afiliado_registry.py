"""The administrator's register of affiliates in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from event_collector.aplicacion.administrar_afiliados import AfiliadoRegistrado, Registro, RegistroDeAfiliados
from event_collector.dominio.errores import AfiliadoDesconocidoError
from event_collector.dominio.tipo_evento import TipoEvento
from seedwork.aplicacion.ports import override

if TYPE_CHECKING:
    from event_collector.aplicacion.administrar_afiliados import CambiosDeAfiliado
    from seedwork.infraestructura.postgres.database import PostgresDatabase

_INSERT: Final = "insert into event_collector.afiliados (id) values (:id) on conflict do nothing returning id"
_LOCK: Final = """
    select activo, permisos, eventos_por_minuto, conversiones_probadas from event_collector.afiliados
     where id = :id for update
    """
_UPDATE: Final = """
    update event_collector.afiliados
       set activo = cast(:activo as boolean), permisos = cast(:permisos as text[]),
           eventos_por_minuto = cast(:limite as integer), conversiones_probadas = cast(:probadas as boolean),
           cambiado_en = now()
     where id = :id
    """
_SELECT: Final = """
    select id, activo, permisos, eventos_por_minuto, conversiones_probadas, secreto_webhook is not null,
           count(huella), max(creada_en)
      from event_collector.afiliados left join event_collector.llaves_api on id_afiliado = id
     where id = coalesce(cast(:id as text), id)
     group by id
     order by id
    """
_ADD_KEY: Final = """
    insert into event_collector.llaves_api (huella, id_afiliado)
    select decode(:huella, 'hex'), id from event_collector.afiliados where id = :id
    returning id_afiliado
    """
_REMOVE_KEYS: Final = """
    delete from event_collector.llaves_api
     where huella in (select huella from event_collector.llaves_api where id_afiliado = :id
                       order by creada_en desc, huella offset cast(:conservar as bigint))
    returning id_afiliado
    """
_SET_WEBHOOK: Final = """
    update event_collector.afiliados set secreto_webhook = cast(:secreto as text), cambiado_en = now()
     where id = :id
    returning id
    """


class PostgresRegistroDeAfiliados(RegistroDeAfiliados):
    """The administrator's register.

    It needs the database administrator's rights: functions may only read these tables.
    """

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    @override
    def todos(self) -> Sequence[AfiliadoRegistrado]:
        return self._read(None)

    @override
    def obtener(self, id_afiliado: str) -> AfiliadoRegistrado:
        found = self._read(id_afiliado)
        if not found:
            raise _desconocido(id_afiliado)
        return found[0]

    @override
    def guardar(self, id_afiliado: str, cambios: CambiosDeAfiliado) -> Registro:
        self._database.begin()
        try:
            created = self._database.run(_INSERT, id=id_afiliado)
            [before] = self._database.run(_LOCK, id=id_afiliado)
            stored = dict(zip(("activo", "permisos", "limite", "probadas"), before, strict=True))
            values = stored | _values(cambios)
            if values != stored:
                self._database.run(_UPDATE, id=id_afiliado, **values)
            self._database.commit()
        finally:
            self._database.rollback()
        return Registro.creado if created else Registro.cambiado if values != stored else Registro.sin_cambios

    @override
    def agregar_llave(self, id_afiliado: str, huella: bytes) -> None:
        if not self._database.run(_ADD_KEY, id=id_afiliado, huella=huella.hex()):
            raise _desconocido(id_afiliado)

    @override
    def quitar_llaves(self, id_afiliado: str, *, conservar: int) -> int:
        return len(self._database.run(_REMOVE_KEYS, id=id_afiliado, conservar=conservar))

    @override
    def poner_secreto_webhook(self, id_afiliado: str, secreto: str | None) -> None:
        if not self._database.run(_SET_WEBHOOK, id=id_afiliado, secreto=secreto):
            raise _desconocido(id_afiliado)

    def _read(self, id_afiliado: str | None) -> list[AfiliadoRegistrado]:
        rows = self._database.read(_SELECT, id=id_afiliado)
        return [
            AfiliadoRegistrado(
                id=id_, activo=activo, permisos=_types(permisos),
                eventos_por_minuto=limite, conversiones_probadas=probadas, llaves=llaves, ultima_llave=ultima,
                con_secreto_webhook=con_secreto,
            )
            for id_, activo, permisos, limite, probadas, con_secreto, llaves, ultima in rows
        ]  # fmt: skip


def _types(permisos: list[str] | None) -> frozenset[TipoEvento]:
    return frozenset(TipoEvento if permisos is None else map(TipoEvento, permisos))


def _values(cambios: CambiosDeAfiliado) -> dict[str, Any]:
    """Return the values to change; all types and the limit 0 are stored as null, the defaults."""
    values: dict[str, Any] = {}
    if cambios.activo is not None:
        values["activo"] = cambios.activo
    if cambios.permisos is not None:
        values["permisos"] = None if cambios.permisos == set(TipoEvento) else sorted(cambios.permisos)
    if cambios.eventos_por_minuto is not None:
        values["limite"] = cambios.eventos_por_minuto or None
    if cambios.conversiones_probadas is not None:
        values["probadas"] = cambios.conversiones_probadas
    return values


def _desconocido(id_afiliado: str) -> AfiliadoDesconocidoError:
    return AfiliadoDesconocidoError(f"El afiliado {id_afiliado} no está registrado.")
