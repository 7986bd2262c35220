"""Concurrent, overlapping batches count every event once and never deadlock."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

from campanas.aplicacion.cambiar_campana import cambiar_campana
from campanas.aplicacion.crear_campana import crear_campana
from campanas.aplicacion.registrar_metricas import registrar_metricas
from campanas.dominio.metricas import Metricas
from seedwork.dominio.dinero import Moneda
from support.builders import AHORA
from support.campanas.builders import cambiar, crear, un_presupuesto, una_campana, una_medicion, unos_datos_de_campana
from support.campanas.steps import agregar, buscar
from support.campanas.totals import assert_totals_match

if TYPE_CHECKING:
    from campanas.infraestructura.postgres.unit_of_work import PostgresCampanasUnitOfWork
    from support.postgres.database import TestDatabase

    NewUow = Callable[[], PostgresCampanasUnitOfWork]

THREADS = 6


def test_overlapping_batches_count_each_event_once(new_uow: NewUow, database: TestDatabase) -> None:
    """Each thread counts all events in its own batches and order, while campaigns are created and changed."""
    uow = new_uow()
    # Given campaigns of three currencies, and events of each
    presupuestos = [un_presupuesto(moneda=moneda) for moneda in Moneda] * 4
    campanas = [agregar(uow, una_campana(unos_datos_de_campana(presupuesto=uno))) for uno in presupuestos]
    mediciones = [
        una_medicion(random.choice(campanas).id, Metricas(clicks=1, gastos={random.choice([*Moneda]): Decimal("0.01")}))
        for _ in range(400)
    ]
    mediciones += [una_medicion(None), una_medicion(uuid4())]

    def contar(uow: PostgresCampanasUnitOfWork, thread: int) -> None:
        orden = random.Random(thread).sample(mediciones, len(mediciones))
        for first in range(0, len(orden), 40):
            registrar_metricas(orden[first : first + 40], uow=uow)

    def cambiar_presupuestos(uow: PostgresCampanasUnitOfWork) -> None:
        for campana in campanas:
            crear_campana(crear(), uow=uow, ahora=AHORA)
            cambiar_campana(cambiar(campana.id, lambda campana: campana.activar(ahora=AHORA)), uow=uow)

    # When all threads count them at once
    with ThreadPoolExecutor(THREADS + 1) as pool:
        futures = [pool.submit(contar, new_uow(), thread) for thread in range(THREADS)]
        futures.append(pool.submit(cambiar_presupuestos, new_uow()))
    # Then no thread has failed, and each event is in the metrics of its campaign once
    assert [future.exception() for future in futures] == [None] * len(futures)
    esperadas: Counter[object] = Counter()
    for medicion in mediciones:
        esperadas[medicion.id_campana] += medicion.metricas.clicks
    assert {campana.id: buscar(uow, campana.id).metricas.clicks for campana in campanas} == {
        campana.id: esperadas[campana.id] for campana in campanas
    }
    gastado = sum(sum(buscar(uow, campana.id).metricas.gastos.values()) for campana in campanas)
    assert gastado == Decimal("0.01") * 400
    assert_totals_match(database)


def test_an_event_twice_in_one_batch_counts_once(uow: PostgresCampanasUnitOfWork) -> None:
    """Redelivery may bring an event twice."""
    campana = agregar(uow, una_campana())
    medicion = una_medicion(campana.id)
    assert not registrar_metricas([medicion, medicion], uow=uow).desconocidas
    assert buscar(uow, campana.id).metricas == medicion.metricas


def test_events_of_unknown_campaigns_are_done(uow: PostgresCampanasUnitOfWork, database: TestDatabase) -> None:
    """The campaigns are reported once, beside the counted ones; a redelivery has nothing to do."""
    campana, desconocida = agregar(uow, una_campana()), uuid4()
    mediciones = [una_medicion(campana.id), una_medicion(desconocida), una_medicion(None)]
    assert registrar_metricas(mediciones, uow=uow).desconocidas == {desconocida}
    assert not registrar_metricas(mediciones, uow=uow).desconocidas
    assert buscar(uow, campana.id).metricas == mediciones[0].metricas
    assert database.query("select count(*) from campanas.inbox") == [(2,)]
