"""The commands `aero stop` and `aero start`: a component ends, stays down and is started again."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psutil
import pytest

from aero.platform.errors import AeroError, NotRunningError
from aero.process.process_id import ProcessId
from aero.process.run_record import ComponentRecord, Presence, RunRecord
from aero.run.holds import Holds
from support.aero.a_platform import NAME, SECONDS
from support.eventually import eventually

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from support.aero.a_platform import APlatform, Forgotten


@pytest.mark.parametrize("kill", [False, True])
def test_a_component_stops_with_its_descendants_and_starts_again(
    platform: APlatform, forgotten: Forgotten, *, kill: bool
) -> None:
    """It ends in order unless it is killed. Its state is restored before it is reported as serving."""

    def scenario() -> None:
        for _ in range(2):
            child = platform.child()
            platform.holds.stop(NAME, kill=kill)
            assert platform.history[-1] == "stopped"
            assert not child.is_running()
            assert platform.holds.start(NAME)
            assert platform.history[-1] == "serving"
        platform.child()

    asyncio.run(platform.use(scenario))
    assert Counter(platform.history) == {
        Presence.serving: 3, Presence.stopping: 2, Presence.held: 2, Presence.starting: 4
    }  # fmt: skip
    assert len(set(platform.pids)) == 3
    assert forgotten.times == 2
    assert platform.component.stopped_with[:2] == ([-9, -9] if kill else [0, 0])
    assert platform.component.command.log.read_text().count("goodbye") == (
        1 if kill else 3
    )  # one is from the end of the platform


def test_a_component_does_not_serve_before_its_state_is_restored(platform: APlatform, forgotten: Forgotten) -> None:
    """A stop requested meanwhile takes effect after that."""

    def scenario() -> None:
        platform.holds.stop(NAME)
        forgotten.held_up = True
        with ThreadPoolExecutor(2) as pool:
            start = pool.submit(platform.holds.start, NAME)
            eventually(lambda: forgotten.times, seconds=SECONDS, what="return")
            assert platform.history[-1] == "starting"
            assert not start.done()
            stop = pool.submit(platform.holds.stop, NAME)
            with pytest.raises(AeroError, match="Fake was stopped again"):
                start.result(SECONDS)
            assert platform.history[-1] == "starting"
            forgotten.held_up = False
            stop.result(SECONDS)
        assert platform.history[-3:] == ["serving", "stopping", Presence.held]

    asyncio.run(platform.use(scenario))


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (ZeroDivisionError("in the middle of a deploy"), "ZeroDivisionError: in the middle of a deploy"),
        (AeroError("PagosApi could not be deployed"), "PagosApi could not be deployed"),
    ],
)
def test_a_failed_start_is_reported_at_once_and_may_be_repeated(
    platform: APlatform, forgotten: Forgotten, failure: Exception, expected: str
) -> None:
    """After any failure the rest of the platform goes on, and the failed program is stopped."""

    def scenario() -> None:
        platform.holds.stop(NAME)
        forgotten.failure = failure
        for _ in range(2):
            with pytest.raises(AeroError, match=f"Fake is down .*: {expected}") as failed:
                platform.holds.start(NAME)
            assert f"aero start {NAME}" in failed.value.message
            assert platform.now().presence == "failed"
            assert not psutil.pid_exists(platform.pids[-1])
        platform.holds.stop(NAME)  # it is already down
        forgotten.failure = None
        platform.holds.start(NAME)
        assert platform.now().presence == "serving"

    asyncio.run(platform.use(scenario))
    assert forgotten.times == 3


def test_a_starting_component_stops_with_the_platform(platform: APlatform, forgotten: Forgotten) -> None:
    """Its program already runs, but the component is not reported as serving yet."""
    forgotten.held_up = True

    def scenario() -> None:
        platform.holds.stop(NAME)
        (platform.paths.run / "held" / NAME).unlink()
        eventually(lambda: forgotten.times, seconds=SECONDS, what="return")
        platform.child()

    programs = asyncio.run(platform.use(scenario))
    assert programs.died.cancelled()
    assert platform.component.stopped_with == [0, 0]
    assert not psutil.pid_exists(platform.pids[-1])


def test_starting_a_serving_component_changes_nothing(platform: APlatform) -> None:
    """Neither does stopping a stopped one."""

    def scenario() -> None:
        assert not platform.holds.start(NAME)
        platform.holds.stop(NAME)
        platform.holds.stop(NAME)

    asyncio.run(platform.use(scenario))
    assert platform.history == [Presence.serving, Presence.stopping, Presence.held]


@pytest.mark.parametrize("command", ["stop", "start"])
def test_only_components_that_run_here_can_be_stopped_and_started(platform: APlatform, command: str) -> None:
    """The cure names them."""
    elsewhere = ComponentRecord(name="postgres", title="PostgreSQL", address="postgresql://elsewhere:5432")

    def scenario() -> None:
        platform.chronicle.update(components=(*platform.chronicle.record.components, elsewhere))
        for name in ("postgres", "nothing", "../run"):
            with pytest.raises(AeroError, match=f"'{name}' is not a component .* and started here") as refused:
                getattr(platform.holds, command)(name)
            assert refused.value.cure == f"Choose one of: {NAME}."

    asyncio.run(platform.use(scenario))


def test_a_starting_or_stopped_platform_refuses_holds(paths: Paths) -> None:
    """A starting platform needs all its components."""
    with pytest.raises(NotRunningError):
        Holds(paths).stop(NAME)
    RunRecord(aero=ProcessId.of(os.getpid())).write(paths.run_file)
    with pytest.raises(AeroError, match="The platform is starting"):
        Holds(paths).stop(NAME)
    assert Holds(paths).asked(NAME) is None


def test_a_new_run_forgets_the_holds_of_an_earlier_one(platform: APlatform) -> None:
    """Otherwise it would stop the component right after its start."""
    asyncio.run(platform.use(lambda: platform.holds.stop(NAME)))
    assert platform.holds.asked(NAME)
    platform.holds.clear()
    assert platform.holds.asked(NAME) is None
