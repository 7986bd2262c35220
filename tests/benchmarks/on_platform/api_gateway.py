"""GET and POST of the payments API on a running platform, on every way in, beside `lambda.invoke` of the same.

    AERO_HOME=… python tests/benchmarks/on_platform/api_gateway.py

http_load.py describes the measurement. Meanwhile the rest of the platform processes the posted payments.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[2]))

from aero.platform.naming import function_name
from aero.run.router.configuration import Configuration
from benchmarks.functions.api_parts import get_event, post_event
from benchmarks.on_platform.http_load import Measure, http_request, measure
from support.platform.platform import running_platform

CLIENTS: Final = (1, 8)
_INVOKE: Final = f"/2015-03-31/functions/{function_name('pagos-api')}/invocations"
# LocalStack reads the service from a signature, but does not verify it.
_SIGNED: Final = (
    "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request,"
    " SignedHeaders=host, Signature=0\r\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way in: its address, and a function that makes a request from an API Gateway event."""

    name: str
    url: str
    request: Callable[[bytes], bytes]


def main() -> None:
    """Measure and print every way in."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--seconds", type=float, default=3, help="of each turn")
    arguments.add_argument("--turns", type=int, default=5)
    options = arguments.parse_args()
    platform = running_platform()
    body = {"id_afiliado": "afiliado-001", "monto": 10, "moneda": "COP", "referencia_pago": f"bench-{time.time_ns()}"}
    get = get_event(platform.post_pago(body).json()["id_pago"])
    target = Configuration.read(platform.home / "run/router.json").target
    ways = (
        Way(name="lambda.invoke", url=platform.environment["AWS_ENDPOINT_URL"], request=_invocation),
        Way(name="API Gateway", url=target, request=_http(urlsplit(target).path)),
        Way(name="port 8000", url=platform.url, request=_http("")),
    )
    for name, event in (("GET", lambda: get), ("POST", post_event)):
        for clients in CLIENTS:
            turns = [
                {way.name: _measure(way, event, clients, options.seconds) for way in ways}
                for _ in range(options.turns + 1)
            ][1:]
            print(f"{name}, {clients} client{'s' if clients > 1 else ''}")
            for way in ways:
                _print(way.name, turns)


def _print(name: str, turns: list[dict[str, Measure]]) -> None:
    p50 = statistics.median(turn[name].p50 for turn in turns)
    rate = statistics.median(turn[name].rate for turn in turns)
    times = statistics.median(turn[name].p50 / turn["lambda.invoke"].p50 for turn in turns)
    rates = statistics.median(turn[name].rate / turn["lambda.invoke"].rate for turn in turns)
    print(f"    {name:14} p50 {p50:6.2f} ms, {times:4.2f} of lambda.invoke's   {rate:5.0f} requests/s, {rates:4.2f}")


def _measure(way: Way, event: Callable[[], bytes], clients: int, seconds: float) -> Measure:
    return measure(way.url, lambda: way.request(event()), clients=clients, seconds=seconds, answer_has=b"id_afiliado")


def _http(prefix: str) -> Callable[[bytes], bytes]:
    return lambda event: http_request(event, prefix=prefix)


def _invocation(event: bytes) -> bytes:
    return (
        f"POST {_INVOKE} HTTP/1.1\r\nHost: 127.0.0.1\r\n{_SIGNED}Content-Length: {len(event)}\r\n\r\n".encode() + event
    )


if __name__ == "__main__":
    main()
