"""The last report version read, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pg8000.exceptions import DatabaseError

from reportes.aplicacion.versiones import Publicacion, VersionConocida
from reportes.infraestructura.published_version import VersionPublicada
from seedwork.aplicacion.ports import override
from seedwork.infraestructura.aws.telemetry import logger
from seedwork.infraestructura.dependency_unavailable import DependencyUnavailableError

if TYPE_CHECKING:
    from seedwork.infraestructura.postgres.database import PostgresDatabase


class PostgresVersionConocida(VersionConocida):
    """Keeps the last version read in a single row."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    @override
    def leer(self) -> Publicacion | None:
        rows = self._database.read("select valor, desde from reportes.version_conocida")
        if not rows:
            return None
        [[valor, desde]] = rows
        publicada = VersionPublicada.leer(valor)
        return Publicacion(reparto=publicada.reparto(), desde=desde, por=publicada.by)

    @override
    def guardar(self, publicacion: Publicacion) -> None:
        try:
            self._database.run(
                """
                insert into reportes.version_conocida as conocida (valor, desde) values (:valor, :desde)
                    on conflict (only_row) do update set valor = excluded.valor, desde = excluded.desde
                 where excluded.desde > conocida.desde
                """,
                valor=VersionPublicada.de(publicacion).model_dump_json(),
                desde=publicacion.desde,
            )
        except (DependencyUnavailableError, DatabaseError) as error:
            logger.warning(
                "report version not kept: a new function may start with an older one", extra={"cause": str(error)}
            )
