"""The cost of reports and their projection by the number of payments, which should not matter.

    python tests/benchmarks/by_size/reports.py --payments 10000 100000 1000000 10000000

It starts a PostgreSQL of its own, with a database for each size; ten million payments take some 6 GB and ten minutes.
All payments lie in the same three years. Times include Python and the server; `--explain` also prints the query plans
of the largest size. The projection writes its log, as in the function, but to the null device.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO, cast
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[2]))

from uuid6 import uuid7

from benchmarks.by_size.sizes import compare_sizes
from reportes.aplicacion.proyectar import proyectar
from reportes.dominio.informe import Consulta
from reportes.dominio.pago_reportado import EstadoReportado
from reportes.dominio.periodo import Periodo
from reportes.infraestructura.events.foreign_events import novedad_from
from reportes.infraestructura.postgres.informe_queries import PostgresInformes
from reportes.infraestructura.postgres.unit_of_work import PostgresProyeccionUnitOfWork
from seedwork.infraestructura.aws.telemetry import logger
from seedwork.infraestructura.events.batch_consumer import consume_batch
from seedwork.infraestructura.events.envelope import Envelope
from seedwork.infraestructura.postgres.database import PostgresDatabase
from support.lambda_events import PROJECT, FakeContext
from support.postgres.database import TestDatabase
from support.postgres.servers import paths_and_ports, start_postgres
from support.reportes.many_payments import DESDE, HASTA, campaign_id, seed, whose

if TYPE_CHECKING:
    from aero.platform.database import Database
    from seedwork.infraestructura.postgres.database_secret import DatabaseSecret

BATCH: Final = 500
BATCHES: Final = 12
EXPLAINED: Final = 7
DIA: Final = timedelta(days=1)
# The worst periods: the most single days, months and years, then also parts of days at both ends.
WORST: Final = Periodo(desde=DESDE.replace(month=12, day=2), hasta=datetime(HASTA.year, 11, 20, tzinfo=UTC))
EDGES: Final = Periodo(desde=DESDE + DIA / 1000, hasta=HASTA - DIA / 1000)
MONTH: Final = Periodo(desde=datetime(2026, 6, 1, tzinfo=UTC), hasta=datetime(2026, 7, 1, tzinfo=UTC))
AFILIADO: Final = "afiliado-0"
CAMPANA: Final = UUID(campaign_id(500))


class Explained(PostgresDatabase):
    """Also explains each report, with `options`, and keeps the server's plans."""

    options = "format json, timing off"

    def __init__(self, secret: Callable[[bool], DatabaseSecret]) -> None:
        super().__init__(secret)
        self.said: list[Any] = []

    def run(self, sql: str, **parameters: Any) -> list[list[Any]]:
        """Explain the statement if it is a report, then run it."""
        if sql.lstrip().startswith("with"):
            rows = super().run(f"explain (analyze, buffers, {self.options}) {sql}", **parameters)
            self.said = [row for [row] in rows]
        return super().run(sql, **parameters)


class ReadModel:
    """A database with `size` payments, accessed as functions do."""

    def __init__(self, server: Database, size: int) -> None:
        """Make and fill the database."""
        self.administered = TestDatabase(administered=replace(server, name=f"reports_{size}"))
        self.administered.administered.create_if_missing()
        self.administered.administered.migrate(PROJECT / "infra/migrations")
        began = time.monotonic()
        seed(self.administered, size)
        print(f"{size:,} payments written in {time.monotonic() - began:.0f} s", file=sys.stderr)
        self.database = PostgresDatabase(lambda _fresh: self.administered.secret("reportes"))
        self.informes = PostgresInformes(self.database)
        self._explained = Explained(lambda _fresh: self.administered.secret("reportes"))
        self._uow = PostgresProyeccionUnitOfWork(self.database)

    def explained(self, question: Callable[[ReadModel], object], options: str = Explained.options) -> Any:
        """Return the server's plan of the question's statement, as JSON or as lines of text."""
        self._explained.options = options
        informes, self.informes = self.informes, PostgresInformes(self._explained)
        question(self)
        self.informes = informes
        said = self._explained.said
        return said[0][0] if "json" in options else said

    def project(self, event: dict[str, Any]) -> None:
        """Project a batch, as the bridge delivers it."""
        failed = consume_batch(event, FakeContext(), parse=novedad_from, process=self._proyectar)
        assert failed == {"batchItemFailures": []}

    def _proyectar(self, novedades: Any) -> Mapping[str, Exception]:
        proyectar(novedades, uow=self._uow, ahora=datetime.now(UTC))
        return {}


def _resumen(periodo: Periodo, **filters: Any) -> Callable[[ReadModel], object]:
    return lambda model: model.informes.resumen(Consulta(periodo=periodo, **filters))


def _detalle(periodo: Periodo, **filters: Any) -> Callable[[ReadModel], object]:
    return lambda model: model.informes.detalle(Consulta(periodo=periodo, **filters))


QUESTIONS: Final[dict[str, Callable[[ReadModel], object]]] = {
    "v1 of everything": _resumen(Periodo()),
    "v1 of three years": _resumen(WORST),
    "v1 of three years, affiliate": _resumen(WORST, id_afiliado=AFILIADO),
    "v1 of three years, campaign": _resumen(WORST, id_campana=CAMPANA),
    "v1 of three years, both": _resumen(WORST, id_campana=CAMPANA, id_afiliado=AFILIADO),
    "v2 of everything": _detalle(Periodo()),
    "v2 of a month": _detalle(MONTH),
    "v2 of three years": _detalle(WORST),
    "v2 of three years, affiliate": _detalle(WORST, id_afiliado=AFILIADO),
    "v2 of three years, campaign": _detalle(WORST, id_campana=CAMPANA),
    "v2 of three years, failed": _detalle(WORST, estado=EstadoReportado.FAILED),
    "CSV of three years": lambda model: model.informes.tabla(Consulta(periodo=WORST)),
    "v1 with parts of days": _resumen(EDGES),
    "v2 with parts of days": _detalle(EDGES),
    "v2 with parts, affiliate": _detalle(EDGES, id_afiliado=AFILIADO),
    "v2 with parts, campaign": _detalle(EDGES, id_campana=CAMPANA),
}


def main() -> None:
    """Fill the databases, measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--payments", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    arguments.add_argument("--turns", type=int, default=9)
    arguments.add_argument("--calls", type=int, default=9, help="in each turn")
    arguments.add_argument("--explain", action="store_true")
    options = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="aero-bench-", ignore_cleanup_errors=True) as home,
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
    ):
        cast("logging.StreamHandler[TextIO]", logger.registered_handler).setStream(nowhere)
        server, database = start_postgres(*paths_and_ports(Path(home)))
        with closing(server):
            models = {size: ReadModel(database, size) for size in sorted(options.payments)}
            compare_sizes(QUESTIONS, models, what="payments", turns=options.turns, calls=options.calls)
            _print_projection(models, options.turns)
            _print_server_times(models)
            if options.explain:
                _print_plans(models[max(models)])


def _print_projection(models: Mapping[int, ReadModel], turns: int) -> None:
    rates: dict[int, list[float]] = {size: [] for size in models}
    for _ in range(turns):
        for size in random.sample([*models], len(models)):
            batches = [_a_batch() for _ in range(BATCHES)]
            began = time.perf_counter()
            for batch in batches:
                models[size].project(batch)
            rates[size].append(BATCH * BATCHES / (time.perf_counter() - began))
    smallest = rates[min(models)]
    line = f"{'events/s (ratio), projected:':30}"
    for taken in rates.values():
        ratio = statistics.median(rate / first for rate, first in zip(taken, smallest, strict=True))
        line += f"{statistics.median(taken):10.0f} ({ratio:5.2f})"
    print(line)


def _a_batch() -> dict[str, Any]:
    """Build a batch of new payments with two events each, their acceptance and their success, in random order."""
    records = []
    for _ in range(BATCH // 2):
        id_pago, now = uuid7(), datetime.now(UTC)
        id_afiliado, id_campana = whose()
        data = {
            "id_pago": str(id_pago),
            "id_afiliado": id_afiliado,
            "id_campana": str(UUID(id_campana)),
            "monto": random.randrange(1, 1_000_000) / 100,
            "moneda": "COP",
            "referencia_pago": str(id_pago),
        }
        for version, tipo in ((1, "PagoPendiente"), (3, "PagoExitoso")):
            envelope = Envelope(
                id=str(uuid7()), source="/aeropartners/pagos", type=tipo, subject=str(id_pago), time=now,
                dataschema=f"urn:aeropartners:contracts:pagos:{tipo}", correlation_id="benchmark", causation_id=None,
                sequence=version, data=data,
            )  # fmt: skip
            records.append({"messageId": envelope.id, "body": envelope.to_json().decode()})
    random.shuffle(records)
    return {"Records": records}


def _print_server_times(models: Mapping[int, ReadModel]) -> None:
    """Print the server's own time for each question's statement, including planning."""
    print(f"\n{'ms in the database, payments:':30}" + "".join(f"{size:>18,}" for size in models))
    for name, question in QUESTIONS.items():
        line = f"{name:30}"
        for model in models.values():
            explained = [model.explained(question) for _ in range(EXPLAINED)]
            took = statistics.median(plan["Planning Time"] + plan["Execution Time"] for plan in explained)
            line += f"{took:18.2f}"
        print(line)


def _print_plans(model: ReadModel) -> None:
    for name, question in QUESTIONS.items():
        lines = model.explained(question, "format text, costs off, timing off")
        print(f"\n{name}", *lines, sep="\n")


if __name__ == "__main__":
    main()
