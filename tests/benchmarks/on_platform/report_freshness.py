"""The delay from a payment's commit to the read model, on a running platform.

    AERO_HOME=… python tests/benchmarks/on_platform/report_freshness.py --rates 25 50 --seconds 30

Each payment has two events, its acceptance and its success. The delay begins with the event's own time, shortly before
its commit, and ends when another session, which looks every 10 ms, sees it in the reports' read model.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.connector.measuring import at_rate, print_times
from support.platform.platform import eventually, running_platform

if TYPE_CHECKING:
    from support.platform.platform import Platform

LOOK_SECONDS: Final = 0.01
PATIENCE_SECONDS: Final = 60
EVENTS: Final = {"PagoPendiente": "PENDING", "PagoExitoso": "COMPLETED"}


class Watch(threading.Thread):
    """Records when each payment of an affiliate is first seen in each state."""

    def __init__(self, platform: Platform, affiliate: str) -> None:
        super().__init__(daemon=True)
        self.seen: dict[tuple[str, str], datetime] = {}
        self.end = threading.Event()
        self._platform = platform
        self._affiliate = affiliate

    def run(self) -> None:
        """Look until `end` is set."""
        with self._platform.database.connect() as connection:
            while not self.end.wait(LOOK_SECONDS):
                rows = connection.execute(
                    "select id::text, estado from reportes.pagos where id_afiliado = %s", [self._affiliate]
                ).fetchall()
                now = datetime.now(UTC)
                for id_pago, state in rows:
                    self.seen.setdefault((id_pago, state), now)


def main() -> None:
    """Send payments at each rate, watch the read model, and print the delays."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rates", type=float, nargs="+", default=[25], help="payments a second")
    arguments.add_argument("--seconds", type=float, default=30, help="at each rate")
    options = arguments.parse_args()
    platform = running_platform()
    platform.set_faults()
    for rate in options.rates:
        _measure(platform, rate=rate, seconds=3)  # warms up: cold starts are measured elsewhere
        for name, times in _measure(platform, rate=rate, seconds=options.seconds).items():
            print_times(f"{name}, {2 * rate:g} events/s", times)


def _measure(platform: Platform, *, rate: float, seconds: float) -> dict[str, list[float]]:
    affiliate = f"fresh-{uuid4()}"
    watch = Watch(platform, affiliate)
    watch.start()
    with ThreadPoolExecutor(32) as pool:

        def send() -> None:
            pool.submit(_pay, platform, affiliate)

        at_rate(send, rate=rate, seconds=seconds)
    count = int(rate * seconds)
    eventually(
        lambda: sum(state == "COMPLETED" for _, state in list(watch.seen)) == count,
        timeout=PATIENCE_SECONDS, what=f"report of {count} payments",
    )  # fmt: skip
    watch.end.set()
    watch.join()
    rows = platform.sql(
        "select aggregateid::text, type, occurred_at from pagos.outbox where payload->>'id_afiliado' = %s", affiliate
    )
    # A quickly paid payment may never have been seen as PENDING.
    return {
        event: [
            (watch.seen[id_pago, state] - occurred_at).total_seconds()
            for id_pago, kind, occurred_at in rows
            if kind == event and (id_pago, state) in watch.seen
        ]
        for event, state in EVENTS.items()
    }


def _pay(platform: Platform, affiliate: str) -> None:
    reference = f"fresh-{time.time_ns()}-{uuid4()}"
    answer = platform.post_pago(
        {"id_afiliado": affiliate, "monto": 100.5, "moneda": "COP", "referencia_pago": reference}
    )
    assert answer.status_code == 200, answer.text


if __name__ == "__main__":
    main()
