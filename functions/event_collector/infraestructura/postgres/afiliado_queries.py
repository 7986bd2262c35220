"""Reads affiliates from PostgreSQL and remembers them for some seconds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final

from cachetools import TTLCache

from event_collector.aplicacion.admitir import Afiliados
from event_collector.dominio.afiliado import Afiliado
from event_collector.dominio.tipo_evento import TipoEvento
from seedwork.aplicacion.ports import override

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase

STALE_SECONDS: Final = 5
REMEMBERED: Final = 10_000


class PostgresAfiliados(Afiliados):
    """Reads all affiliates that are not cached in one query; a missing affiliate is cached too."""

    def __init__(self, database: PostgresDatabase, *, eventos_por_minuto: int) -> None:
        """`eventos_por_minuto` is the limit of affiliates without one of their own."""
        self._database = database
        self._default = eventos_por_minuto
        self._known: TTLCache[str, Afiliado | None] = TTLCache(REMEMBERED, STALE_SECONDS)

    @override
    def buscar(self, ids: Collection[str]) -> Mapping[str, Afiliado]:
        found: dict[str, Afiliado | None] = {}
        for id_afiliado in ids:
            try:
                found[id_afiliado] = self._known[id_afiliado]
            except KeyError:  # not cached, or expired meanwhile
                found[id_afiliado] = None
        asked = [id_afiliado for id_afiliado in found if id_afiliado not in self._known]
        if asked:
            read = self._read(asked)
            for id_afiliado in asked:
                self._known[id_afiliado] = found[id_afiliado] = read.get(id_afiliado)
        return {id_afiliado: afiliado for id_afiliado, afiliado in found.items() if afiliado is not None}

    def _read(self, ids: list[str]) -> dict[str, Afiliado]:
        rows = self._database.read(
            """
            select id, activo, permisos, eventos_por_minuto, conversiones_probadas, secreto_webhook,
                   array(select encode(huella, 'hex') from event_collector.llaves_api where id_afiliado = afiliado.id)
              from event_collector.afiliados as afiliado
             where id = any(cast(:ids as text[]))
            """,
            ids=ids,
        )
        return {
            id_afiliado: Afiliado(
                id=id_afiliado,
                activo=activo,
                permisos=frozenset(TipoEvento if permisos is None else map(TipoEvento, permisos)),
                eventos_por_minuto=limite or self._default,
                conversiones_probadas=probadas,
                llaves=tuple(map(bytes.fromhex, llaves)),
                secreto_webhook=secreto,
            )
            for id_afiliado, activo, permisos, limite, probadas, secreto, llaves in rows
        }
