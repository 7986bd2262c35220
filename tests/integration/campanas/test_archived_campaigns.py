"""A campaign with archived events is unchanged, and the keys of its commands stay taken for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from psycopg.errors import UniqueViolation

from campanas.aplicacion.cambiar_campana import cambiar_campana
from campanas.aplicacion.crear_campana import crear_campana
from campanas.dominio.errores import ClaveReutilizadaError
from support.builders import AHORA
from support.campanas.builders import cambiar, crear, una_solicitud, unos_datos_de_campana
from support.postgres.archive import archive_everything

if TYPE_CHECKING:
    from campanas.infraestructura.postgres.unit_of_work import PostgresCampanasUnitOfWork
    from support.postgres.database import TestDatabase


def test_a_command_of_last_year_takes_no_effect_again(database: TestDatabase, uow: PostgresCampanasUnitOfWork) -> None:
    """It gets the first answer, with the campaign as created; another command must not have its key."""
    comando = crear()
    nueva = crear_campana(comando, uow=uow, ahora=AHORA).campana
    activar = cambiar(nueva.id, lambda campana: campana.activar(ahora=AHORA))
    cambiar_campana(activar, uow=uow)
    archive_everything(database, "campanas")
    otra_vez = crear_campana(comando, uow=uow, ahora=AHORA + timedelta(days=365))
    assert (otra_vez.repetida, otra_vez.campana.id, otra_vez.campana.datos) == (True, nueva.id, comando.datos)
    assert cambiar_campana(activar, uow=uow).repetida
    with pytest.raises(ClaveReutilizadaError):
        crear_campana(
            crear(unos_datos_de_campana(), solicitud=una_solicitud(comando.solicitud.clave, huella="otra")),
            uow=uow,
            ahora=AHORA,
        )


def test_a_campaign_of_last_year_is_changed(database: TestDatabase, uow: PostgresCampanasUnitOfWork) -> None:
    """Its versions continue."""
    nueva = crear_campana(crear(), uow=uow, ahora=AHORA).campana
    archive_everything(database, "campanas")
    cambiar_campana(cambiar(nueva.id, lambda campana: campana.activar(ahora=AHORA), version=1), uow=uow)
    assert database.query("select version from campanas.outbox") == [(2,)]
    assert database.query("select version from campanas.outbox_history order by 1") == [(1,), (2,)]


def test_an_archived_key_is_taken(database: TestDatabase, uow: PostgresCampanasUnitOfWork) -> None:
    """It is taken as by the outbox's own index, even if the command did not look for it before."""
    crear_campana(crear(solicitud=una_solicitud("la-clave")), uow=uow, ahora=AHORA)
    archive_everything(database, "campanas")
    with pytest.raises(UniqueViolation):
        database.execute(
            """
            insert into campanas.outbox (id, aggregatetype, aggregateid, version, type, payload, metadata, occurred_at)
            values (%s, 'Campana', %s, 1, 'CampanaCreada', '{"id_afiliado": "afiliado-001"}',
                    '{"idempotency_key": "la-clave"}', now())
            """,
            uuid4(),
            uuid4(),
        )
