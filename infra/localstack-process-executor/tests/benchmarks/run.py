"""Compares functions, API Gateway and DynamoDB with other emulators on the same machine in one run.

    tests/benchmarks/run [--seconds 5] [--repeat 3]

Rates are those of requests through API Gateway to a trivial Chalice handler and back. Of several repetitions the median
counts. Only the ratios are meaningful: all other figures depend on the machine and its load.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from bare_runtime import own_seconds
from emulators import Platform, platforms
from idempotent_calls import idempotent_call_seconds, reference

from support.account import ROLE, RUNTIME

CLIENTS = (1, 2, 4, 8, 16, 32)
INVOCATIONS = 200
COLD_STARTS = 7


@dataclass(frozen=True)
class Line:
    """A measure and its target."""

    what: str
    value: float
    bar: float
    at_least: bool = False

    def __str__(self) -> str:
        good = self.value >= self.bar if self.at_least else self.value <= self.bar
        sign = "≥" if self.at_least else "≤"
        return f"{self.what:<74} {self.value:6.2f}   {sign} {self.bar:<5g} {'ok' if good else 'MISSED'}"


def median_seconds(action: Callable[[], object], times: int) -> float:
    """Return the median time of an action."""

    def timed() -> float:
        began = time.perf_counter()
        action()
        return time.perf_counter() - began

    return statistics.median(timed() for _ in range(times))


def best_rate(platform: Platform, seconds: float, repeat: int) -> float:
    """Return the highest median rate over the numbers of clients."""
    rates = {
        clients: statistics.median(platform.load(clients, seconds)["rate"] for _ in range(repeat))
        for clients in CLIENTS
    }
    told = "  ".join(f"{clients}: {rate:.0f}" for clients, rate in rates.items())
    print(f"  {platform.name:<22} requests/s by clients  {told}", flush=True)
    return max(rates.values())


def api_gateway(ours: Platform, others: Iterable[Platform], seconds: float, repeat: int) -> list[Line]:
    """Measure rates through API Gateway, and one client's time against the function's own."""
    rate = best_rate(ours, seconds, repeat)
    unpatched, ministack = (best_rate(other, seconds, repeat) for other in others)
    p50_ms = statistics.median(ours.load(1, seconds)["p50_ms"] for _ in range(repeat))
    own_ms = own_seconds() * 1000
    print(f"  one client waits {p50_ms:.2f} ms, the function's own time is {own_ms:.2f} ms")
    return [
        Line("API Gateway, requests/s: ours / LocalStack unpatched", rate / unpatched, 4, at_least=True),
        Line("API Gateway, requests/s: ours / MiniStack", rate / ministack, 2.5, at_least=True),
        Line("API Gateway, p50 of one client / the function's own time", p50_ms / own_ms, 4),
    ]


def invoke(ours: Platform, ministack: Platform) -> Line:
    """Measure boto3's `lambda.invoke` with a warm process."""
    seconds = []
    for platform in (ours, ministack):
        functions = platform.client("lambda")
        functions.invoke(FunctionName="bare", Payload=b"{}")
        seconds.append(median_seconds(lambda: functions.invoke(FunctionName="bare", Payload=b"{}"), INVOCATIONS))  # noqa: B023
    print("  lambda.invoke p50: ours {:.2f} ms, MiniStack {:.2f} ms".format(*(one * 1000 for one in seconds)))
    return Line("lambda.invoke, p50: ours / MiniStack", seconds[0] / seconds[1], 0.5)


def first_invoke(ours: Platform, function: str, reference_code: str, bar: float) -> Line:
    """Measure a new version's first invocation, against a bare interpreter that runs the same import."""
    functions = ours.client("lambda")

    def cold() -> float:
        functions.update_function_configuration(FunctionName=function, Description=str(time.time_ns()))
        functions.get_waiter("function_updated_v2").wait(FunctionName=function, WaiterConfig={"Delay": 1})
        began = time.perf_counter()
        functions.invoke(FunctionName=function, Payload=b"{}")
        return time.perf_counter() - began

    first = statistics.median(cold() for _ in range(COLD_STARTS))
    command = [sys.executable, "-c", reference_code]
    bare = median_seconds(lambda: subprocess.run(command, check=True), COLD_STARTS)
    print(f"  first invoke of {function}: {first * 1000:.0f} ms; python -c '{reference_code}': {bare * 1000:.0f} ms")
    return Line(f"first invoke of {function} / python -c '{reference_code}'", first / bare, bar)


def hot_reload(ours: Platform, folder: Path) -> Line:
    """Measure the time from saving a file to the next invocation's answer."""
    folder.mkdir()
    source = folder / "app.py"
    functions = ours.client("lambda")

    def save(value: int) -> None:
        source.write_text(f"def handler(event, context): return {value}")

    save(0)
    code = {"S3Bucket": "hot-reload", "S3Key": str(folder)}
    function = {"FunctionName": "reloaded", "Runtime": RUNTIME, "Role": ROLE, "Handler": "app.handler", "Code": code}
    functions.create_function(**function)
    functions.get_waiter("function_active_v2").wait(FunctionName="reloaded", WaiterConfig={"Delay": 1})
    times = []
    for value in range(1, COLD_STARTS + 1):
        began = time.perf_counter()
        save(value)
        answer = functions.invoke(FunctionName="reloaded")["Payload"].read()
        times.append(time.perf_counter() - began)
        assert answer == str(value).encode(), answer
    return Line("hot reload: seconds from saving a file to the next invocation's answer", statistics.median(times), 0.3)


def dynamodb(ours: Platform, unpatched: Platform, folder: Path) -> list[Line]:
    """Measure Powertools' idempotent call: a conditional put and an update."""
    with reference(folder) as (name, url):
        mine, as_it_comes, other = idempotent_call_seconds(ours.server.url, unpatched.server.url, url)
    told = f"ours {mine * 1000:.2f} ms, LocalStack unpatched {as_it_comes * 1000:.2f} ms, {name} {other * 1000:.2f} ms"
    print(f"  idempotent call p50: {told}")
    return [
        Line(f"idempotent call, p50: ours / {name}", mine / other, 1.5),
        Line("idempotent call, p50: ours / LocalStack unpatched", mine / as_it_comes, 0.68),
    ]


def main() -> None:
    """Measure everything and print a table; the exit code is 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5, help="of load at a time")
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="benchmark-") as name,
        platforms(Path(name)) as (ours, unpatched, ministack),
    ):
        for platform in (ours, unpatched, ministack):
            platform.load(4, 2)  # cold starts are another measure
        lines = [
            *api_gateway(ours, (unpatched, ministack), options.seconds, options.repeat),
            invoke(ours, ministack),
            first_invoke(ours, "bare", "pass", 8),
            first_invoke(ours, "with-boto3", "import boto3", 1.3),
            hot_reload(ours, Path(name) / "reloaded"),
            *dynamodb(ours, unpatched, Path(name)),
        ]
        for platform in (ours, unpatched, ministack):
            print(f"  {platform.name:<22} {platform.resident_megabytes():.0f} MB resident")
    print("\n".join(map(str, lines)))
    if any("MISSED" in str(line) for line in lines):
        sys.exit(1)


if __name__ == "__main__":
    main()
