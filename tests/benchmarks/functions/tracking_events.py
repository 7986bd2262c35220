"""Acceptance of tracking events: one event beside its floor, the rate of batches, repetitions, and cached statistics.

    python tests/benchmarks/functions/tracking_events.py

It starts its own PostgreSQL and LocalStack. floors.py describes the measurement. The floor of one event is AWS's
runtime client, Powertools' two calls of DynamoDB, the count of the affiliate's events, and one transaction.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.functions.api_parts import api_parts, proxy_event
from benchmarks.functions.floors import Case, add_options, measure_and_print

if TYPE_CHECKING:
    from benchmarks.functions.api_parts import ApiParts

API: Final = "event_collector.api.app"
PACKAGE: Final = "EventCollectorApi"
TIMES: Final = 20
BATCH: Final = 500
BATCHES: Final = 20
HISTORY_DAYS: Final = 90
TYPES: Final = ("CLICK", "IMPRESSION", "PAGE_VIEW", "CONVERSION")


def main() -> None:
    """Measure and print everything."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(arguments)
    options = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="aero-bench-", ignore_cleanup_errors=True) as home,
        api_parts(Path(home)) as parts,
    ):
        measure_and_print(parts, _cases(), options)
        for affiliates in (1, 20):
            _print_batches(parts, affiliates)
        _print_repeated(parts)
        _print_statistics(parts)


def _cases() -> dict[str, Case]:
    bare = "bare_events."
    return {
        "awslambdaric": Case(handler="empty_function.handler", event=event_request, package=PACKAGE),
        "+ three calls of DynamoDB": Case(
            handler=f"{bare}counted_idempotent_nothing", event=event_request, times=TIMES, package=PACKAGE
        ),
        "+ transaction": Case(handler=f"{bare}transaction", event=event_request, times=TIMES, package=PACKAGE),
        "event's floor": Case(handler=f"{bare}counted_idempotent_transaction", event=event_request, package=PACKAGE),
        "POST an event": Case(handler=API, event=event_request, floor="event's floor", package=PACKAGE),
    }


def an_event(number: int, *, affiliates: int = 1) -> dict[str, Any]:
    """Build an event of a web page with a unique id."""
    return {
        "tipo_evento": TYPES[number % len(TYPES)],
        "id_afiliado": f"afiliado-{number % affiliates}",
        "id_campana": "11111111-1111-4111-8111-111111111111",
        "timestamp": datetime.now(UTC).isoformat(),
        "url": f"https://shop.example.com/p/{number}?utm_source=boletin&utm_medium=email",
        "datos_custom": {"pagina": number},
        "id_evento_cliente": str(uuid4()),
    }


def event_request() -> bytes:
    """Build the request of `POST /event-collector/events` with a new event."""
    return single_request(an_event(0))


def single_request(event: dict[str, Any]) -> bytes:
    """Build the request of `POST /event-collector/events`."""
    path = "/event-collector/events"
    return proxy_event("POST", path, resource=path, body=json.dumps(event))


def batch_request(events: list[dict[str, Any]]) -> bytes:
    """Build the request of `POST /event-collector/events/batch`."""
    path = "/event-collector/events/batch"
    return proxy_event("POST", path, resource=path, body=json.dumps({"eventos": events}))


def _print_batches(parts: ApiParts, affiliates: int) -> None:
    def batch() -> bytes:
        return batch_request([an_event(number, affiliates=affiliates) for number in range(BATCH)])

    with parts.function(API, package=PACKAGE) as api:
        times = _times(lambda event: _accepted(api.invoke(event), BATCH), [batch() for _ in range(BATCHES + 2)])[2:]
    rate = BATCH / statistics.median(times)
    print(
        f"batches of {BATCH} of {affiliates:2} affiliates: {rate:6.0f} events/s (the slowest {BATCH / max(times):.0f})"
    )


def _accepted(answer: bytes, expected: int) -> None:
    body = json.loads(json.loads(answer)["body"])
    assert body["aceptados"] == expected, body


def _print_repeated(parts: ApiParts) -> None:
    """Print the time of an already accepted event."""
    with parts.function(API, package=PACKAGE) as api:
        first = event_request()
        api.invoke(first)
        new = statistics.median(_times(api.invoke, [event_request() for _ in range(100)]))
        again = statistics.median(_times(api.invoke, [first] * 100))
    print(f"a repetition takes {again * 1e3:.1f} ms, {again / new:.2f} of a new event")


def _print_statistics(parts: ApiParts) -> None:
    """Print the times of statistics over months of five thousand affiliates; answers are cached for five seconds."""
    with parts.administered.connect() as connection:
        connection.execute(
            """
            with hora as (
                select generate_series(now() - %(days)s * interval '1 day', now(), '1 hour') as inicio
            ), dia as (
                select generate_series(now() - %(days)s * interval '1 day', now(), '1 day') as inicio
            ), fila (nivel, inicio, id_afiliado) as (
                select 'hora', inicio, '' from hora union all
                select 'dia', inicio, '' from dia union all
                select 'dia', inicio, 'a-' || n from dia, generate_series(1, 5000) as n
            )
            insert into event_collector.totales
            select nivel, inicio, id_afiliado, tipo, '', 0, 1, 0 from fila, unnest(%(types)s::text[]) as tipo
            """,
            {"days": HISTORY_DAYS, "types": list(TYPES)},
        )
        connection.execute("analyze event_collector.totales")
    path, resource = "/event-collector/statistics", "/event-collector/statistics"

    def ask(affiliate: str) -> bytes:
        query = {"desde": f"{datetime.now(UTC).year - 1}-06-01", "id_afiliado": affiliate}
        fields = {"queryStringParameters": query, "multiValueQueryStringParameters": {k: [v] for k, v in query.items()}}
        return proxy_event("GET", path, resource=resource, **fields)

    with parts.function(API, package=PACKAGE) as api:
        _times(api.invoke, [ask("a-0")] * 20)
        fresh = statistics.median(_times(api.invoke, [ask(f"a-{number}") for number in range(1, 200)]))
        known = statistics.median(_times(api.invoke, [ask("a-1")] * 200))
    print(f"statistics: {fresh * 1e3:.2f} ms from the totals, {known * 1e3:.2f} ms cached: {fresh / known:.1f} times")


def _times(work: Callable[[bytes], object], events: list[bytes]) -> list[float]:
    took = []
    for event in events:
        began = time.perf_counter()
        work(event)
        took.append(time.perf_counter() - began)
    return took


if __name__ == "__main__":
    main()
