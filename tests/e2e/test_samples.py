"""Every sample of events/ does what it shows on the running platform, and leaves a read model that can be rebuilt."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import requests

from aero.operate.invoke import invoke
from aero.operate.samples import prepared_for
from aero.platform.aws import Emulator
from aero.platform.paths import Paths
from aero.process.run_record import RunRecord
from support.lambda_events import EVENTS

if TYPE_CHECKING:
    from support.platform import Platform

# What the name of a sample promises to be refused.
REFUSED: Final = {"pagos-api/post-pago-invalido", "event-collector-api/post-evento-invalido"}


def test_every_sample_finds_what_it_refers_to(platform: Platform) -> None:
    """None is answered 404 or returned to its topic; the read model then has what the event stores have."""
    paths = replace(Paths.from_env(), home=platform.home)
    record = RunRecord.running(paths.run_file)
    assert record is not None
    version = platform.get("/api/reports/version").json()
    failed = {}
    samples = [file for file in sorted(EVENTS.glob("*/*.json")) if file.parent.name != "contracts"]
    for file in samples:
        name = f"{file.parent.name}/{file.stem}"
        prepared = prepared_for(paths, record, file.read_bytes())
        answer = invoke(Emulator(record.endpoint), file.parent.name, prepared.event)
        if answer.failed:
            failed[name] = answer.result
    again = json.dumps({"active": version["active"], "canary": version["canary"]})
    assert put_version(platform, again) == 200
    assert failed.keys() == REFUSED, {name: failed[name] for name in failed.keys() - REFUSED}
    platform.aero("reports", "rebuild", "--only-compare", timeout=120)


def put_version(platform: Platform, body: str) -> int:
    """The status."""
    headers = {"Content-Type": "application/json"}
    return requests.put(f"{platform.url}/api/reports/version", data=body, headers=headers, timeout=30).status_code
