"""The speed of the keeper of dead letters: ten thousand are stored, listed by pages, and redriven by one call.

python tests/benchmarks/connector/letters.py

Bare messages, sent as a producer of the relay sends them, are the floor of a redrive.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.connector.measuring import fill, run
from pulsar_connector.broker.pulsar_client import Producers, pulsar_client
from pulsar_connector.operations.letter_queries import Filters
from support.postgres.database import TestDatabase
from support.postgres.servers import wait_until
from support.pulsar_connector.fake_pulsar import un_sobre
from support.pulsar_connector.letter_office import LetterOffice
from support.pulsar_connector.runs import Process

if TYPE_CHECKING:
    from support.pulsar_connector.connector_parts import ConnectorParts

LETTERS = 10_000
PAGE = 500
STORY = {"dlq-mapping": "m", "dlq-topic": "payments.evt.pending", "dlq-reason": "no"}


def letters(parts: ConnectorParts) -> None:
    """Measure from the topic of dead letters to their own topic again."""
    parts.map("m", lambda _event: None)
    with pulsar_client(parts.broker.url) as client:
        producer = Producers(client).get("payments.DLQ")
        for number in range(LETTERS):
            producer.send_async(un_sobre(id=str(number)).to_json(), lambda *_: None, properties=STORY)
        producer.flush()
    with TestDatabase(administered=parts.database).connections("connector_api") as connect, Process("relay"):
        office = LetterOffice(connect(), parts.aws)

        def waiting() -> int:
            return office.queries.waiting_by_mapping().get("m", 0)

        wait_until(lambda: waiting() > 0, timeout=60, what="first letters")
        began, stored = time.perf_counter(), waiting()
        wait_until(lambda: waiting() == LETTERS, timeout=600, what="all letters")
        _print("stored", LETTERS - stored, time.perf_counter() - began)
        _list(office)
        began = time.perf_counter()
        accepted = office.commands.redrive_many(Filters(mapping="m"), None, office.mappings).accepted
        print(f"redrive of {sum(accepted.values()):,} by one call {(time.perf_counter() - began) * 1e3:7.0f} ms")
        wait_until(lambda: waiting() == 0, timeout=600, what="sent letters")
        sent = time.perf_counter() - began
        _print("sent", LETTERS, sent)
    with pulsar_client(parts.broker.url) as client:
        began = time.perf_counter()
        fill(client, "bare", LETTERS)
        bare = time.perf_counter() - began
    _print("  sent bare", LETTERS, bare)
    print(f"  a redrive takes {sent / bare:.1f} times as long")


def _list(office: LetterOffice) -> None:
    after, times = 0, []
    while True:
        began = time.perf_counter()
        page = office.queries.page(Filters(mapping="m"), state=None, after=after, limit=PAGE)
        if not page:
            break
        times.append((time.perf_counter() - began) * 1e3)
        after = page[-1].id
    middle = statistics.median(times)
    print(f"listed in {len(times)} pages of {PAGE}: {middle:.1f} ms each, the last {times[-1] / middle:.2f} times that")


def _print(name: str, number: int, seconds: float) -> None:
    print(f"{name:12} {number:7,} in {seconds:6.2f} s, {number / seconds:7.0f}/s")


if __name__ == "__main__":
    run(__doc__, {"letters": letters})
