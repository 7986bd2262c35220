"""The rate at which the running platform's bridge delivers events to an empty function, through LocalStack.

    AERO_HOME=… python tests/benchmarks/on_platform/bridge.py

Batches have 100 events, two at a time. The function and its mapping exist only during the measurement.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).parents[2]))

from aero.broker.admin import PulsarAdmin
from aero.platform.naming import MAPPINGS_PATH, function_name
from benchmarks.connector.measuring import EVENTS, fill
from pulsar_connector.broker.pulsar_client import pulsar_client
from support.platform.platform import running_platform
from support.postgres.servers import wait_until

if TYPE_CHECKING:
    from support.platform.platform import Platform

NAME = "bench-no-op"
BEGUN = 2_000  # the measurement begins after these events, which wait for the bridge's next run to begin


def main() -> None:
    """Fill a topic, and measure how fast the bridge empties it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    platform = running_platform()
    topic = f"bench-{uuid4().hex[:8]}"
    admin = PulsarAdmin(url=f"http://127.0.0.1:{platform.port(8081)}")
    with pulsar_client(f"pulsar://127.0.0.1:{platform.port(6650)}") as client:
        fill(client, topic, EVENTS)

    def backlog() -> int:
        found = admin.stats(topic, partitioned=False)["subscriptions"].get(NAME)
        return int(found["msgBacklog"]) if found else EVENTS

    with _mapped(platform, topic):
        platform.client("lambda").invoke(FunctionName=function_name("bridge"), InvocationType="Event", Payload=b"{}")
        wait_until(lambda: backlog() < EVENTS - BEGUN, timeout=60, what="first batches")
        began, left = time.perf_counter(), backlog()
        wait_until(lambda: backlog() == 0, timeout=300, what="last batch")
        print(f"bridge through LocalStack {left / (time.perf_counter() - began):7.0f} events/s")


@contextmanager
def _mapped(platform: Platform, topic: str) -> Iterator[None]:
    functions, parameters = platform.client("lambda"), platform.client("ssm")
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", "def handler(event, context):\n    return None\n")
    name, parameter = function_name(NAME), f"{MAPPINGS_PATH}/{NAME}"
    role = "arn:aws:iam::000000000000:role/bench"
    functions.create_function(
        FunctionName=name, Runtime="python3.13", Handler="index.handler", Role=role, Timeout=30,
        Code={"ZipFile": package.getvalue()},
    )  # fmt: skip
    try:
        functions.get_waiter("function_active_v2").wait(FunctionName=name)
        mapping = {
            "topics": [topic], "subscription": NAME, "function": name, "dlq_topic": "payments.DLQ",
            "batch_size": 100, "batching_window_ms": 20, "concurrency": 2,
        }  # fmt: skip
        parameters.put_parameter(Name=parameter, Value=json.dumps(mapping), Type="String", Overwrite=True)
        yield
    finally:
        parameters.delete_parameter(Name=parameter)
        functions.delete_function(FunctionName=name)


if __name__ == "__main__":
    main()
