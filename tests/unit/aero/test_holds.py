"""`aero stop` and `aero start`: how a component goes, stays away and comes back."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import psutil
import pytest

from aero.errors import AeroError, NotRunningError
from aero.holds import Holds
from aero.programs import Programs
from aero.run_record import ComponentRecord, Presence, ProcessId, RunRecord
from unit.aero.eventually import eventually
from unit.aero.fake_component import FakeComponent, a_step

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aero.components.component import Component
    from aero.paths import Paths
    from aero.supervisor import Program
    from unit.aero.conftest import MakeCommand

NAME: Final = "localstack"
# Says goodbye when it is stopped, and has a child in a session of its own, as a function's process is.
POLITE: Final = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print("goodbye"), sys.exit(0)))
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print("child", child.pid)
time.sleep(600)
"""
SECONDS: Final = 20


@dataclass
class APlatform:
    """With one component; keeps its record as `aero up` does. `forgotten` is what it does when that one returns."""

    paths: Paths
    component: FakeComponent
    forgotten: Callable[[Component], Awaitable[None]]
    history: list[Presence] = field(default_factory=list)
    pids: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.holds = Holds(self.paths)
        self.record = RunRecord(aero=ProcessId.of(os.getpid()), status="running")

    async def use(self, scenario: Callable[[], None]) -> Programs:
        """Run a scenario, as of another process, on the running platform, and stop it."""
        programs = Programs(self.holds)
        programs.changed, programs.returned = self._changed, self.forgotten
        await programs.bring_up(self.component, a_step())
        try:
            other = asyncio.create_task(asyncio.to_thread(scenario))
            await asyncio.wait({other, programs.died}, timeout=SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if programs.died.done():
                programs.died.result()
            await other
        finally:
            self.record = RunRecord(aero=self.record.aero, status="stopping")
            self.record.write(self.paths.run_file)
            await programs.stop()
        return programs

    def child(self) -> psutil.Process:
        """The last that its program has started."""
        log = self.component.command.log
        eventually(lambda: log.read_text().count("child") == len(set(self.pids)), seconds=SECONDS, what="child")
        return psutil.Process(int(log.read_text().split("child ")[-1].split()[0]))

    def _changed(self, component: Component, program: Program, presence: Presence) -> None:
        self.history.append(presence)
        self.pids.append(program.pid)
        self.record = self.record.with_component(ComponentRecord.of(component, program, presence))
        self.record.write(self.paths.run_file)


@dataclass
class Forgotten:
    """What the platform does again; it may be held up, and fail."""

    times: int = 0
    held_up: bool = False
    failure: Exception | None = None

    async def __call__(self, _component: Component) -> None:
        """As it is done when the component has returned."""
        self.times += 1
        while self.held_up:  # noqa: ASYNC110 - another thread decides
            await asyncio.sleep(0.01)
        if self.failure:
            raise self.failure


@pytest.fixture
def forgotten() -> Forgotten:
    """Done at once."""
    return Forgotten()


@pytest.fixture
def platform(paths: Paths, python: MakeCommand, forgotten: Forgotten) -> APlatform:
    """Of the polite program."""
    return APlatform(paths, FakeComponent(python(POLITE), name=NAME, ready_when="child"), forgotten)


@pytest.mark.parametrize("kill", [False, True])
def test_a_component_goes_with_all_that_it_has_started_and_comes_back(
    platform: APlatform, forgotten: Forgotten, *, kill: bool
) -> None:
    """It may say goodbye unless it is killed; what it forgot is done again before it is said to serve."""

    def scenario() -> None:
        for _ in range(2):
            child = platform.child()
            platform.holds.stop(NAME, kill=kill)
            assert platform.history[-1] == "held"
            assert not child.is_running()
            platform.holds.start(NAME)
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
        assert platform.history[-3:] == ["serving", "stopping", "held"]

    asyncio.run(platform.use(scenario))


def test_a_return_that_fails_ends_the_platform_with_the_reason(platform: APlatform, forgotten: Forgotten) -> None:
    """Whatever it is, and who waits for the return is told that it does not come."""
    forgotten.failure = ZeroDivisionError("in the middle of a deploy")
    told: list[AeroError] = []

    def scenario() -> None:
        platform.holds.stop(NAME)
        try:
            platform.holds.start(NAME)
        except AeroError as error:
            told.append(error)

    with pytest.raises(ZeroDivisionError, match="in the middle of a deploy"):
        asyncio.run(platform.use(scenario))
    assert [error.message for error in told] == ["The platform is stopping."]


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
        platform.holds.start(NAME)
        platform.holds.stop(NAME)
        platform.holds.stop(NAME)

    asyncio.run(platform.use(scenario))
    assert platform.history == [Presence.serving, Presence.stopping, Presence.held]


def test_only_what_runs_here_can_be_stopped(platform: APlatform) -> None:
    """The message names what there is."""
    elsewhere = ComponentRecord(name="postgres", title="PostgreSQL", address="postgresql://elsewhere:5432")

    def scenario() -> None:
        platform.record = platform.record.with_component(elsewhere)
        platform.record.write(platform.paths.run_file)
        for name in ("postgres", "nothing", "../run"):
            with pytest.raises(AeroError, match=f"'{name}' is no component that can be stopped") as refused:
                platform.holds.stop(name)
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
