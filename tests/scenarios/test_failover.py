"""Scenario failover as its users run it, but shorter: no fault of an instance fails a request or loses a write.

The time limits are not checked here, since other tests share the processors; `aero scenario failover` checks them.
"""

from __future__ import annotations

import json
import os
import random
import sys
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from support.platform.platform import Platform

SECONDS: Final = 6
RATE: Final = 10
CASES: Final = ("primary-killed", "primary-hung", "primary-throttled", "replica-broken", "everything-killed")
TIMED: Final = ("p99 during the fault", "recovery")
INSTANCES: Final = {"primary": "campanas-primaria", "replica": "campanas-replica"}
HARM: Final = {"killed": "killed", "hung": "stopped", "throttled": "throttled", "broken": "deployed broken"}


@pytest.mark.slow
def test_no_request_fails_when_an_instance_fails(platform: Platform) -> None:
    """All checks but the time limits hold for every kind of fault, and when everything is killed."""
    seed = os.environ.get("SCENARIO_SEED") or str(random.SystemRandom().randrange(1, 2**31))
    sys.stdout.write(f"SCENARIO_SEED={seed} repeats these requests and kills\n")
    before = {name: deployed(platform, name) for name in INSTANCES.values()}
    # When
    options = ["--seconds", str(SECONDS), "--rate", str(RATE), "--seed", seed, "--json"]
    for case in CASES:
        options += ["--case", case]
    done = platform.aero("scenario", "failover", *options, check=False, timeout=600)
    # Then
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    broken = [check for check in report["checks"] if check["violations"] and not check["name"].endswith(TIMED)]
    assert not broken, f"{done.stdout}\n{done.stderr}"
    cases = {case["case"]: case for case in report["cases"]}
    assert tuple(cases) == CASES
    for name, case in cases.items():
        instance, _, fault = name.partition("-")
        assert case["requests"] >= SECONDS * RATE * 0.9
        assert case["harm"].get(HARM[fault], 0) > 0, f"{name}: {case['harm']}"
        if instance in INSTANCES:
            [other] = INSTANCES.keys() - {instance}
            assert case["served"]["during"][other] > 0
            # A killed instance may be back before it has failed twice in a row.
            assert case["failovers"] > 0 or fault == "killed"
            assert case["repeated"] == 0
    assert cases["everything-killed"]["harm"]["killed"] >= 4, "proxy, primary, relay and bridge at least"
    assert {name: deployed(platform, name) for name in INSTANCES.values()} == before, "an instance is not healed"


def deployed(platform: Platform, name: str) -> tuple[Any, ...]:
    """Return the properties of a function that the scenario changes and must restore."""
    client = platform.client("lambda")
    function = client.get_function(FunctionName=f"aeropartners-local-{name}")
    limit = client.get_function_concurrency(FunctionName=f"aeropartners-local-{name}")
    return function["Configuration"]["CodeSha256"], limit.get("ReservedConcurrentExecutions")
