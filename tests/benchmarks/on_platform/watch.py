"""The time of the first call after a saved file with `aero up --watch`, beside a cold start and the second call.

    python tests/benchmarks/on_platform/watch.py
    python tests/benchmarks/on_platform/watch.py pagos-get --turns 15

It runs a platform of its own (pulsar-lite) from a copy of the project in a temporary folder, so the working tree is
never touched. In each turn a file of the function is saved, then one of the shared layer, then the function's processes
are killed; after each the function is called twice. Ratios are taken within a turn; figures are the medians of all
turns. Campaigns are called through the proxy, which must load a saved layer too.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

import requests

sys.path.insert(0, str(Path(__file__).parents[2]))

from aero.platform.paths import Paths
from aero.platform.ports import PortTable
from scenarios.function_processes import function_processes
from support.platform.working_copy import copy_project, watching_platform
from support.ports import an_offset

LAYER: Final = "layers/seedwork/python/seedwork/dominio/__init__.py"
PATIENCE_SECONDS: Final = 30
KILLED_SECONDS: Final = 1.0  # LocalStack notices within this time


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A call, the saved file of its function, and the functions that answer it."""

    method: str
    port: str
    path: str
    file: str
    functions: tuple[str, ...]
    body: str = ""  # each call replaces {} by a unique text

    def seconds(self, table: PortTable) -> float:
        """Return the time of a call; raises for an error."""
        data = self.body.replace("{}", str(uuid4())) if self.body else None
        headers = {"Content-Type": "application/json"} if data else {}
        began = time.perf_counter()
        answer = requests.request(
            self.method, table.url(self.port) + self.path, data=data, headers=headers, timeout=PATIENCE_SECONDS
        )
        passed = time.perf_counter() - began
        answer.raise_for_status()
        return passed


PAYMENT: Final = '{"id_afiliado": "afiliado-001", "monto": 100.50, "moneda": "COP", "referencia_pago": "{}"}'
PAGOS: Final = ("pagos-api",)
CAMPAIGNS: Final = ("campanas-proxy", "campanas-primaria")
CASES: Final = {
    "pagos-get": Case(method="GET", port="api", path="/health", file="pagos/api.py", functions=PAGOS),
    "pagos-post": Case(
        method="POST", port="api", path="/pagos/", file="pagos/api.py", functions=PAGOS, body=PAYMENT
    ),
    "campaigns": Case(
        method="GET", port="campaigns", path="/api/campaigns/", file="campanas/api.py", functions=CAMPAIGNS
    ),
    "reports": Case(
        method="GET", port="api", path="/api/reports/payments", file="reportes/api.py", functions=("reportes-api",)
    ),
    "collector": Case(
        method="GET", port="api", path="/event-collector/statistics", file="event_collector/api.py",
        functions=("event-collector-api",),
    ),
}  # fmt: skip


def main() -> None:
    """Measure and print the cases."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("names", nargs="*", choices=[*CASES, []], metavar="NAME", help=", ".join(CASES))
    arguments.add_argument("--turns", type=int, default=7)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="aero-bench-", ignore_cleanup_errors=True) as folder:
        paths, offset = Paths(home=Path(folder) / "home", project=Path(folder) / "project"), an_offset()
        paths.project.mkdir()
        copy_project(paths.project)
        with watching_platform(paths, offset=offset):
            print(f"{'':12}{'function saved':>16}{'layer saved':>16}{'killed':>9}{'second call':>13}  ms p50", end="")
            print("; multiples of a cold start and of the second call, for a saved function and a saved layer")
            for name in options.names or CASES:
                _measure(name, CASES[name], paths, PortTable(offset), turns=options.turns)


def _measure(name: str, case: Case, paths: Paths, table: PortTable, *, turns: int) -> None:
    case.seconds(table)
    found = [_turn(case, paths, table) for _ in range(turns)]
    saved, layer, cold, second = (statistics.median(turn[place] for turn in found) * 1000 for place in range(4))
    ratios = [statistics.median(turn[of] / turn[by] for turn in found) for of in (0, 1) for by in (2, 3)]
    print(f"{name:12}{saved:16.0f}{layer:16.0f}{cold:9.0f}{second:13.0f}", end="         ")
    print(f"{ratios[0]:5.2f} {ratios[1]:5.1f}   {ratios[2]:5.2f} {ratios[3]:5.1f}", flush=True)


def _turn(case: Case, paths: Paths, table: PortTable) -> tuple[float, float, float, float]:
    def first(prepare: Callable[[], None]) -> tuple[float, float]:
        prepare()
        return case.seconds(table), case.seconds(table)

    saved, second = first(lambda: _save(paths.project / "functions" / case.file))
    layer, _ = first(lambda: _save(paths.project / LAYER))
    cold, _ = first(lambda: _kill(paths, case.functions))
    return saved, layer, cold, second


def _save(file: Path) -> None:
    with file.open("a") as stream:
        stream.write(f"# {uuid4()}\n")


def _kill(paths: Paths, functions: tuple[str, ...]) -> None:
    for name, processes in function_processes(paths).items():
        if name in functions:
            for process in processes:
                process.kill()
    time.sleep(KILLED_SECONDS)


if __name__ == "__main__":
    main()
