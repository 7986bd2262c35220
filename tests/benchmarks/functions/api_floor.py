"""GET and POST of the payments API beside their floor: AWS's runtime client, PostgreSQL and DynamoDB alone.

    python tests/benchmarks/functions/api_floor.py

It starts its own PostgreSQL and LocalStack. floors.py describes the measurement.
"""

from __future__ import annotations

import argparse
import json
import socket
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.functions.api_parts import api_parts, get_event, post_event
from benchmarks.functions.floors import Case, add_options, measure_and_print

if TYPE_CHECKING:
    from benchmarks.functions.api_parts import ApiParts

API: Final = "pagos.api.app"
TIMES: Final = 20


def main() -> None:
    """Measure and print the cases."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(arguments)
    options = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="aero-bench-", ignore_cleanup_errors=True) as home,
        api_parts(Path(home)) as parts,
    ):
        with parts.function(API) as api:
            answer = json.loads(json.loads(api.invoke(post_event()))["body"])
        measure_and_print(parts, _cases(get_event(answer["id_pago"])), options)
        _print_degraded(parts)


def _cases(get: bytes) -> dict[str, Case]:
    def reading() -> bytes:
        return get

    bare = "bare_functions."
    return {
        "awslambdaric": Case(handler=f"{bare}nothing", event=reading),
        "+ row": Case(handler=f"{bare}row", event=reading, times=TIMES),
        "  row as pg8000 runs it": Case(handler=f"{bare}row_unprepared", event=reading, times=TIMES),
        "GET floor": Case(handler=f"{bare}row", event=reading),
        "GET /pagos/{id}": Case(handler=API, event=reading, floor="GET floor"),
        "+ two calls of DynamoDB": Case(handler=f"{bare}idempotent_nothing", event=post_event, times=TIMES),
        "+ transaction": Case(handler=f"{bare}transaction", event=post_event, times=TIMES),
        "POST floor": Case(handler=f"{bare}idempotent_transaction", event=post_event),
        "POST /pagos/": Case(handler=API, event=post_event, floor="POST floor"),
    }


def _print_degraded(parts: ApiParts, *, requests: int = 50) -> None:
    """Print the times of payments while DynamoDB refuses connections, and while it accepts them and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent, closing(socket.socket()) as refusing:
        refusing.bind(("127.0.0.1", 0))
        took: dict[str, list[float]] = defaultdict(list)
        for name, listener in (("refuses", refusing), ("never answers", silent)):
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            with parts.function(API, AWS_ENDPOINT_URL_DYNAMODB=url) as api:
                for _ in range(requests):
                    began = time.perf_counter()
                    api.invoke(post_event())
                    took[name].append((time.perf_counter() - began) * 1e3)
            first, *later = took[name]
            print(
                f"POST while DynamoDB {name:14} first {first:6.0f} ms (a cold start)   then p50"
                f" {statistics.median(later):6.1f} ms   max {max(later):6.1f} ms"
            )


if __name__ == "__main__":
    main()
