"""Tracking events on their topics, as the event collector would have them published."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import uuid4

from pulsar_connector.pulsar_client import full_topic, pulsar_client
from support.lambda_events import sample

if TYPE_CHECKING:
    from support.platform import Platform


def track(platform: Platform, id_campana: str, *, times: int) -> None:
    """An impression and a click of the campaign, each so many times."""
    records = sample("metricas-campanas/mezcla")["Records"]
    with pulsar_client(f"pulsar://127.0.0.1:{platform.port(6650)}") as client:
        for topic, record in zip(("tracking.evt.impression", "tracking.evt.click"), records, strict=False):
            envelope = json.loads(record["body"])
            envelope["id"], envelope["data"]["id_campana"] = str(uuid4()), id_campana
            producer = client.create_producer(full_topic(topic))
            for _ in range(times):
                producer.send(json.dumps(envelope).encode(), partition_key=envelope["subject"])
