"""A platform left by an earlier version starts with all its data: `make test-upgrade BEFORE=<commit>`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import pytest

from support.platform.earlier_version import CALM, Client, EarlierPlatform, Left, checkout, work_with
from support.platform.platform import START_DEADLINE_SECONDS, Platform
from support.ports import an_offset

BEFORE: Final = os.environ.get("BEFORE", "")


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    """Start the earlier version, work with it, and stop it while work of every kind is under way."""
    assert BEFORE, "BEFORE names the commit of the earlier version, as in: make test-upgrade BEFORE=HEAD~10"
    platform = EarlierPlatform(home=tmp_path_factory.mktemp("aero"), offset=an_offset(), checkout=checkout(BEFORE))
    platform.aero("up", "--detach", "--port-offset", str(platform.offset), timeout=START_DEADLINE_SECONDS)
    try:
        return work_with(platform)
    finally:
        platform.aero("down", timeout=120, check=False)


@pytest.fixture(scope="module")
def platform(left: Left) -> Iterator[Platform]:
    """This version, on the earlier one's data."""
    platform = Platform(home=left.home, offset=left.offset)
    platform.aero("up", "--detach", "--port-offset", str(platform.offset), timeout=START_DEADLINE_SECONDS)
    yield platform
    platform.aero("down", timeout=120)


@pytest.fixture
def client(platform: Platform) -> Client:
    """A user of the platform."""
    return Client(platform)


def _contains(after: Any, before: Any) -> bool:
    """Return whether a document has all data of the earlier one; a later version may have more."""
    if isinstance(before, dict):
        return isinstance(after, dict) and all(
            name in after and _contains(after[name], before[name]) for name in before
        )
    if isinstance(before, list):
        return isinstance(after, list) and len(after) == len(before) and all(map(_contains, after, before))
    return bool(_meant(after) == _meant(before))


def _meant(value: object) -> object:
    """Return the meaning of a value: a later version may write an instant differently (ISO 8601)."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def test_every_document_keeps_its_data(left: Left, client: Client) -> None:
    """Finished work is reported as before; a later version may report more."""
    differing = {path: (before, client.get(path)) for path, before in left.paths.items()}
    assert {path: pair for path, pair in differing.items() if not _contains(pair[1], pair[0])} == {}


def test_repetitions_are_still_recognised(left: Left, client: Client) -> None:
    """References, idempotency keys and senders' ids are recognised across versions."""
    assert client.pay("pagado") == left.payments["paid"]
    assert client.pay("con-clave", key="clave-1") == left.payments["with a key"]
    assert client.convert("orden-1") == left.events["paid"]


def test_affiliates_and_dead_letters_are_kept(left: Left, platform: Platform) -> None:
    """Data that only operators see is kept too."""
    affiliates = json.loads(platform.aero("affiliates", "list", "--json").stdout)
    assert _contains(affiliates, json.loads(left.affiliates))
    assert len(platform.aero("dlq", "list", "--json").stdout.splitlines()) >= len(left.dead_letters.splitlines())


def test_the_chosen_report_version_is_kept(client: Client) -> None:
    """A switch survives an upgrade."""
    assert client.get("/api/reports/version")["active"] == "v2"


def test_work_under_way_is_finished_once(left: Left, platform: Platform, client: Client) -> None:
    """A payment of unknown outcome and unpublished events are paid, each once."""
    platform.aero(*CALM)
    for what in ("waiting", "unknown"):
        assert platform.final_state(left.payments[what], timeout=240)["estado"] == "EXITOSO", what
    client.event_reaches(left.events["waiting"], "PROCESADO")
    charges = platform.charges()
    assert left.charges.items() <= charges.items()
    assert set(charges.values()) == {1}
    assert {left.payments["waiting"], left.payments["unknown"]} <= charges.keys()


def test_the_read_model_equals_the_event_stores(platform: Platform) -> None:
    """A rebuild finds no differing row."""
    platform.aero("reports", "rebuild", "--only-compare", timeout=120)
