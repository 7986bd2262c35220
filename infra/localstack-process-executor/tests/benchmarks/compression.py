"""Measures the cost of compressed answers: CPU time by level, and LocalStack's by request, beside plain answers.

python tests/benchmarks/compression.py [REQUESTS]

The bodies are a payment, a page of forty payments, and source text of the size of a script like Swagger UI's.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from localstack_process_executor.patches.apigateway import content_coding
from support.account import REGION
from support.emulator import Emulator

TURNS = 5
LEVELS = (1, 3, 4, 6, 9)
BODIES = """
import json, os, uuid
from pathlib import Path

def payment(number):
    return {"id_pago": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{number}")), "id_afiliado": f"afiliado-{number % 13:03}",
            "monto": f"{number * 7 + 3}.50", "moneda": "COP", "estado": "EXITOSO", "referencia_pago": f"ref-{number}",
            "id_campana": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{number}")), "mensaje_error": None,
            "fecha_creacion": f"2026-11-30T10:00:{number % 60:02}.{number * 7919 % 1000000:06}+00:00",
            "fecha_procesamiento": f"2026-11-30T10:01:{number % 60:02}.{number * 104729 % 1000000:06}+00:00"}

def sources():
    return "".join(file.read_text("ascii", "ignore") for file in sorted(Path(os.__file__).parent.glob("*.py")))

BODIES = {"0.4 kB": json.dumps(payment(1)), "15 kB": json.dumps({"pagos": [payment(n) for n in range(40)]}),
          "1.4 MB": sources()[:1_400_000]}
"""
HANDLER = """
def handler(event, context):
    return {"statusCode": 200, "body": BODIES[event["queryStringParameters"]["size"].replace("_", " ")]}
"""


def main(requests: int) -> None:
    """Measure and print."""
    made: dict[str, dict[str, str]] = {}
    exec(BODIES, made)  # noqa: S102 - our own text above, which the function runs too
    for size, text in made["BODIES"].items():
        print_levels(size, text.encode())
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        emulator = Emulator(Path(folder) / "localstack")
        try:
            emulator.deploy("sizes", BODIES + HANDLER, timeout=30)
            plain, compressing = route(emulator, None), route(emulator, 0)
            for size, text in made["BODIES"].items():
                print_requests(emulator, size, (plain, compressing), max(10, requests // (1 + len(text) // 20_000)))
        finally:
            emulator.kill()


def print_levels(size: str, body: bytes) -> None:
    """Print CPU time and size of each level."""
    print(f"{size}: {len(body)} bytes")
    for level in LEVELS:
        seconds = cpu_of(partial(content_coding.encode, body, "gzip", level=level))
        length = len(content_coding.encode(body, "gzip", level=level))
        print(f"    level {level}: {seconds * 1e6:8.0f} us, {length / len(body):.3f} of the size")


def cpu_of(work: Callable[[], object]) -> float:
    """Return the least CPU time of a call."""
    best = float("inf")
    for _ in range(20):
        calls, began = 0, time.process_time()
        while time.process_time() - began < 0.01:
            work()
            calls += 1
        best = min(best, (time.process_time() - began) / calls)
    return best


def route(emulator: Emulator, minimum: int | None) -> str:
    """Make an API that compresses from this size on; return its path."""
    client = emulator.client("apigateway")
    settings = {} if minimum is None else {"minimumCompressionSize": minimum}
    api = client.create_rest_api(name="sizes", **settings)["id"]
    resource = client.get_resources(restApiId=api)["items"][0]["id"]
    place = {"restApiId": api, "resourceId": resource, "httpMethod": "GET"}
    function = emulator.lambda_.get_function(FunctionName="sizes")["Configuration"]["FunctionArn"]
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"
    client.put_method(**place, authorizationType="NONE")
    client.put_integration(**place, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    client.create_deployment(restApiId=api, stageName="bench")
    return f"/_aws/execute-api/{api}/bench/"


def print_requests(emulator: Emulator, size: str, paths: tuple[str, str], requests: int) -> None:
    """Print LocalStack's CPU time for a request: of an API that compresses and of one that does not, in turns."""
    plain, compressing = (f"{path}?size={size.replace(' ', '_')}" for path in paths)
    ways = {
        "no compression": (plain, {}),
        "not accepted": (compressing, {}),
        "gzip": (compressing, {"Accept-Encoding": "gzip"}),
    }
    turns: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for turn in range(TURNS + 1):
        for way, (path, headers) in ways.items():
            cost = cost_of(emulator, path, headers, requests)
            if turn:  # the first one starts processes
                turns[way].append(cost)
    floor, floor_time = (statistics.median(column) for column in zip(*turns["no compression"], strict=True))
    print(f"{size}, {requests} requests a turn")
    for way, costs in turns.items():
        cpu, elapsed = (statistics.median(column) for column in zip(*costs, strict=True))
        print(
            f"    {way:15} CPU {cpu * 1e3:6.2f} ms, {cpu / floor:.2f} times; "
            f"takes {elapsed * 1e3:6.2f} ms, {elapsed / floor_time:.2f} times"
        )


def cost_of(emulator: Emulator, path: str, headers: dict[str, str], requests: int) -> tuple[float, float]:
    """Return LocalStack's CPU seconds and the seconds for a request of one client."""
    process = psutil.Process(emulator.pid)
    connection = HTTPConnection("127.0.0.1", emulator.port)
    before, began = process.cpu_times(), time.perf_counter()
    for _ in range(requests):
        connection.putrequest("GET", path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        answer.read()
        assert (answer.status, answer.headers.get("Content-Encoding")) == (200, headers.get("Accept-Encoding"))
    after, elapsed = process.cpu_times(), time.perf_counter() - began
    connection.close()
    return (after.user + after.system - before.user - before.system) / requests, elapsed / requests


if __name__ == "__main__":
    print(f"{os.cpu_count()} processors")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
