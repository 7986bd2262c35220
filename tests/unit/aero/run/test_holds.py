"""`aero stop` and `aero start`: how a component goes, stays away and comes back."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psutil
import pytest

from aero.platform.errors import AeroError, NotRunningError
from aero.process.run_record import ComponentRecord, Presence, ProcessId, RunRecord
from aero.run.holds import Holds
from support.aero.a_platform import NAME, SECONDS
from support.eventually import eventually

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from support.aero.a_platform import APlatform, Forgotten


@pytest.mark.parametrize("kill", [False, True])
def test_a_component_goes_with_all_that_it_has_started_and_comes_back(
    platform: APlatform, forgotten: Forgotten, *, kill: bool
) -> None:
    """It may say goodbye unless it is killed; what it forgot is done again before it is said to serve."""

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
    assert platform.component.command.log.read_text().count("goodbye") == (1 if kill else 3)  # one is of the end


def test_it_does_not_serve_before_all_is_done_again(platform: APlatform, forgotten: Forgotten) -> None:
    """A stop that is asked for meanwhile comes after that."""

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
    ("failure", "said"),
    [
        (ZeroDivisionError("in the middle of a deploy"), "ZeroDivisionError: in the middle of a deploy"),
        (AeroError("PagosApi could not be deployed"), "PagosApi could not be deployed"),
    ],
)
def test_a_return_that_fails_is_said_at_once_and_may_be_tried_again(
    platform: APlatform, forgotten: Forgotten, failure: Exception, said: str
) -> None:
    """Whatever it is, the rest goes on, and nothing is left of what did not come back."""

    def scenario() -> None:
        platform.holds.stop(NAME)
        forgotten.failure = failure
        for _ in range(2):
            with pytest.raises(AeroError, match=f"Fake is down .*: {said}") as told:
                platform.holds.start(NAME)
            assert f"aero start {NAME}" in told.value.message
            assert platform.now().presence == "failed"
            assert not psutil.pid_exists(platform.pids[-1])
        platform.holds.stop(NAME)  # as it is already
        forgotten.failure = None
        platform.holds.start(NAME)
        assert platform.now().presence == "serving"

    asyncio.run(platform.use(scenario))
    assert forgotten.times == 3


def test_what_is_on_its_way_stops_with_the_platform(platform: APlatform, forgotten: Forgotten) -> None:
    """Also a program that has come back and is not said to serve yet."""
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


def test_a_component_that_is_there_need_not_be_waited_for(platform: APlatform) -> None:
    """And one that is away stays away."""

    def scenario() -> None:
        assert not platform.holds.start(NAME)
        platform.holds.stop(NAME)
        platform.holds.stop(NAME)

    asyncio.run(platform.use(scenario))
    assert platform.history == [Presence.serving, Presence.stopping, Presence.held]


@pytest.mark.parametrize("command", ["stop", "start"])
def test_only_what_runs_here_can_be_stopped_and_started(platform: APlatform, command: str) -> None:
    """The message names what there is."""
    elsewhere = ComponentRecord(name="postgres", title="PostgreSQL", address="postgresql://elsewhere:5432")

    def scenario() -> None:
        platform.chronicle.update(components=(*platform.chronicle.record.components, elsewhere))
        for name in ("postgres", "nothing", "../run"):
            with pytest.raises(AeroError, match=f"'{name}' is no component .* and started here") as refused:
                getattr(platform.holds, command)(name)
            assert refused.value.cure == f"There are: {NAME}."

    asyncio.run(platform.use(scenario))


def test_a_platform_that_starts_or_is_gone_is_left_alone(paths: Paths) -> None:
    """Its parts are needed until it runs."""
    with pytest.raises(NotRunningError):
        Holds(paths).stop(NAME)
    RunRecord(aero=ProcessId.of(os.getpid())).write(paths.run_file)
    with pytest.raises(AeroError, match="The platform is starting"):
        Holds(paths).stop(NAME)
    assert Holds(paths).asked(NAME) is None


def test_a_new_run_forgets_the_holds_of_an_earlier_one(platform: APlatform) -> None:
    """Else it would stop at once what it has just started."""
    asyncio.run(platform.use(lambda: platform.holds.stop(NAME)))
    assert platform.holds.asked(NAME)
    platform.holds.clear()
    assert platform.holds.asked(NAME) is None
