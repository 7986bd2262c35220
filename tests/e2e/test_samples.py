"""Every sample of events/ works on the running platform, and keeps the read model equal to a rebuilt one."""

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
    from support.platform.platform import Platform

# The samples whose names promise a refusal.
REFUSED: Final = {"pagos-api/post-pago-invalido", "event-collector-api/post-evento-invalido"}
# Dead letters come from messages that no consumer can process. No request makes one, so these samples get 404.
WITHOUT_LETTER: Final = {f"connector-api/{name}" for name in ("get-dead-letter", "delete-dead-letter", "post-redrive")}


def test_every_sample_finds_its_objects(platform: Platform) -> None:
    """No other sample gets 404 or is returned to its topic; then the read model agrees with the event stores."""
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
    expected = REFUSED | WITHOUT_LETTER
    assert failed.keys() == expected, {name: failed[name] for name in failed.keys() - expected}
    assert {failed[name]["statusCode"] for name in WITHOUT_LETTER} == {404}
    platform.aero("reports", "rebuild", "--only-compare", timeout=120)


def put_version(platform: Platform, body: str) -> int:
    """Change the report's version; return the status."""
    headers = {"Content-Type": "application/json"}
    return requests.put(f"{platform.url}/api/reports/version", data=body, headers=headers, timeout=30).status_code
