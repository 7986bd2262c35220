"""`aero reports rebuild`: builds a new read model from the event stores beside the serving one, then replaces it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from aero.operate.reports.comparison import Difference, compare, same
from aero.operate.reports.generations import Generations
from aero.operate.reports.history import event_stores
from aero.platform.progress.events import step
from reportes.aplicacion.proyectar import proyectar
from reportes.infraestructura.events.foreign_events import novedad_from
from reportes.infraestructura.postgres.unit_of_work import PostgresProyeccionUnitOfWork
from seedwork.infraestructura.postgres.database import PostgresDatabase
from seedwork.infraestructura.postgres.database_secret import DatabaseSecret

if TYPE_CHECKING:
    from psycopg import Connection

    from aero.platform.database import Database
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Listener, Step
    from reportes.aplicacion.proyectar import Novedad
    from seedwork.infraestructura.events.envelope import Envelope

# Events may still be on their way to the old generation; as long as the differences shrink, the comparison waits.
PATIENCE_SECONDS: Final = 10
LOOK_AGAIN_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """The outcome of a rebuild; `unreadable` counts events that the consumer refuses too."""

    events: int
    unreadable: int
    differences: Sequence[Difference]
    switched: bool

    @property
    def is_the_same(self) -> bool:
        """Return whether the new generation has the same rows as the old one."""
        return same(self.differences)


class Rebuild:
    """One rebuild of the read model."""

    def __init__(self, paths: Paths, database: Database, listener: Listener) -> None:
        self._paths = paths
        self._database = database
        self._listener = listener
        self._events = 0
        self._unreadable = 0

    def run(self, *, may_switch: Callable[[Sequence[Difference]], bool]) -> Rebuilt:
        """Rebuild, compare and switch; raises AeroError. However it ends, only the serving generation is left."""
        with self._database.connect() as connection:
            generations = Generations(connection)
            for abandoned in generations.abandoned():
                with step("Abandoned rebuild", self._listener) as current:
                    generations.retire(abandoned)
                    current.result = f"generation {abandoned} is gone"
            old = generations.serving()
            with self._new_generation(generations) as new:
                self._replay(connection, new)
                differences = self._compared(connection, old=old, new=new)
                if switched := may_switch(differences):
                    with step("Switch", self._listener) as current:
                        generations.switch(old=old, new=new)
                        generations.retire(old)
                        current.result = f"generation {new} serves, {old} is gone"
        return Rebuilt(events=self._events, unreadable=self._unreadable, differences=differences, switched=switched)

    @contextmanager
    def _new_generation(self, generations: Generations) -> Iterator[int]:
        new = generations.begin()
        try:
            yield new
        finally:
            if generations.serving() != new:
                generations.retire(new)

    def _replay(self, connection: Connection, new: int) -> None:
        secret = DatabaseSecret.from_json(self._database.secret(self._database.user, self._database.password))
        database = PostgresDatabase(lambda _fresh: secret)
        uow = PostgresProyeccionUnitOfWork(database, generacion=new)
        try:
            for store in event_stores(self._paths):
                with step(f"Events of {store.schema}", self._listener) as current:
                    meter = _Meter(current)
                    for page in store.pages(connection):
                        self._project(uow, page.envelopes)
                        meter.count(len(page.envelopes), done=page.done, total=page.total)
                    current.result = f"{meter.events} events"
        finally:
            database.close()

    def _project(self, uow: PostgresProyeccionUnitOfWork, envelopes: Sequence[Envelope]) -> None:
        novedades: list[Novedad] = []
        for envelope in envelopes:
            try:
                novedades.append(novedad_from(envelope))
            except ValueError:
                self._unreadable += 1
        proyectar(novedades, uow=uow, ahora=datetime.now(UTC))
        self._events += len(novedades)

    def _compared(self, connection: Connection, *, old: int, new: int) -> list[Difference]:
        """Return the differences once there are none, or once they have stopped shrinking."""
        with step("Comparison", self._listener) as current:
            fewest, deadline = math.inf, math.inf
            while True:
                differences = compare(connection, old=old, new=new)
                different = sum(difference.only_old + difference.only_new for difference in differences)
                if different < fewest:
                    fewest, deadline = different, time.monotonic() + PATIENCE_SECONDS
                if not different or time.monotonic() > deadline:
                    break
                current.note(f"{different} rows differ")
                time.sleep(LOOK_AGAIN_SECONDS)
            rows = sum(difference.rows for difference in differences)
            current.result = f"{different} of {rows} rows differ" if different else f"{rows} rows are the same"
        return differences


class _Meter:
    """Reports a step's progress once a second."""

    def __init__(self, current: Step) -> None:
        self.events = 0
        self._step = current
        self._told_at = current.seconds

    def count(self, events: int, *, done: int = 0, total: int = 0) -> None:
        self.events += events
        if (seconds := self._step.seconds) - self._told_at >= 1:
            self._told_at = seconds
            self._step.note(f"{self.events} events, {self.events / seconds:.0f} a second", done=done, total=total)
