"""`run.json`: which processes make up the running platform, for the commands that ask about it or stop it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import psutil

from aero.platform.errors import AeroError

if TYPE_CHECKING:
    from aero.process.component import Component
    from aero.process.crashes import Crashes
    from aero.process.supervisor import Program

CLOCK_SECONDS: Final = 2.0  # how much two readings of a process's start may differ


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessId:
    """A process, not to be mistaken for a later one with the same pid."""

    pid: int
    created: float

    @classmethod
    def of(cls, pid: int) -> Self:
        """Of a running process; one that is gone already is never alive."""
        try:
            return cls(pid=pid, created=psutil.Process(pid).create_time())
        except psutil.Error:
            return cls(pid=pid, created=0)

    def process(self) -> psutil.Process | None:
        """The process, if it still runs."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < CLOCK_SECONDS
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.Error:
            return None

    @property
    def is_suspended(self) -> bool:
        """Whether it runs and is stopped, as by SIGSTOP or Ctrl-Z."""
        process = self.process()
        return process is not None and is_suspended(process)


class Presence(StrEnum):
    """Whether a component is there, or on its way; `aero stop` and `aero start` change it, and crashes do."""

    serving = "serving"
    stopping = "stopping"
    held = "stopped"  # as people read it
    starting = "starting"
    restarting = "restarting"  # after a crash
    failed = "failed"  # after too many; `aero start` tries again

    @classmethod
    def _missing_(cls, value: object) -> Presence | None:
        return cls.held if value == "held" else None  # as an `aero up` of before has written it


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentRecord:
    """A part of the running platform; one that runs elsewhere has no process."""

    name: str
    title: str
    address: str
    program: ProcessId | None = None
    guard: ProcessId | None = None
    presence: Presence = Presence.serving
    restarts: int = 0  # after crashes, in this run
    crash: str = ""  # how it crashed the last time, in words
    crashed_at: str = ""  # in ISO 8601

    @property
    def absence(self) -> str:
        """Why it is not there, in words; empty while it serves."""
        match self.presence:
            case Presence.serving:
                return ""
            case Presence.held:
                return f"{self.title} is stopped. Give it back: aero start {self.name}"
            case Presence.restarting:
                return f"{self.title} crashed {self.last_crash}. It is being started again."
            case Presence.failed:
                return (
                    f"{self.title} is down and is not started again by itself; it crashed {self.last_crash}. "
                    f"See aero logs {self.name}, then: aero start {self.name}"
                )
            case _:
                return f"{self.title} is {self.presence}."

    @property
    def suspension(self) -> str:
        """That its guard is suspended, and what to do, in words; empty when it is not."""
        if self.guard is None or not self.guard.is_suspended:
            return ""
        pid = self.guard.pid
        return (
            f"The guard of {self.title} (pid {pid}) is suspended: after a crash it is not started again. "
            f"Continue it: kill -CONT {pid}"
        )

    @property
    def last_crash(self) -> str:
        """When, by this machine's clock, and how: "at 10:31:02: killed by SIGKILL"; empty if it never crashed."""
        if not self.crashed_at:
            return ""
        at = datetime.fromisoformat(self.crashed_at).astimezone()
        is_today = at.date() == datetime.now().astimezone().date()
        return f"at {at:%H:%M:%S}: {self.crash}" if is_today else f"at {at:%Y-%m-%d %H:%M:%S}: {self.crash}"

    @property
    def past(self) -> str:
        """What has become of it in this run, in words; empty if it never came back from a crash."""
        times = "once" if self.restarts == 1 else f"{self.restarts} times"
        return f"restarted {times}, last {self.last_crash}" if self.restarts else ""

    @classmethod
    def of(cls, component: Component, program: Program, presence: Presence, crashes: Crashes) -> Self:
        """One of ours."""
        return cls(
            name=component.name,
            title=component.title,
            address=component.address,
            program=ProcessId.of(program.pid),
            guard=ProcessId.of(program.guard_pid),
            presence=presence,
            restarts=crashes.restarts,
            crash=crashes.last,
            crashed_at=crashes.last_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """The `aero up` that runs the platform, and its parts."""

    aero: ProcessId
    status: str = "starting"  # then running, then stopping
    port_offset: int = 0
    pulsar: str = ""
    endpoint: str = ""  # of AWS
    api_id: str = ""
    seconds: float = 0  # that the start took
    watch: bool = False  # functions run from the working tree
    debug: dict[str, int] = field(default_factory=dict)  # the port for the debugger, by function
    cors: tuple[str, ...] = ()  # origins of web pages that may use the platform, besides its own
    hosts: tuple[str, ...] = ()  # names that it answers to, besides the loopback's
    components: tuple[ComponentRecord, ...] = field(default_factory=tuple)

    @property
    def is_alive(self) -> bool:
        """Whether the `aero up` that wrote it still runs."""
        return self.aero.process() is not None

    @property
    def is_stopping(self) -> bool:
        """Whether its parts go one after the other, as they are to."""
        return self.status == "stopping"

    @property
    def suspension(self) -> str:
        """That it is suspended, as by Ctrl-Z, and what to do, in words; empty when it is not."""
        if not self.aero.is_suspended:
            return ""
        pid = self.aero.pid
        return (
            f"`aero up` (pid {pid}) is suspended: nothing that crashes is started again. "
            f"Continue it: fg, or kill -CONT {pid}"
        )

    def survivors(self) -> list[psutil.Process]:
        """Guards and programs that still run."""
        known = [pid for component in self.components for pid in (component.guard, component.program) if pid]
        return [process for pid in known if (process := pid.process())]

    def with_component(self, component: ComponentRecord) -> Self:
        """With one more part."""
        others = tuple(other for other in self.components if other.name != component.name)
        return replace(self, components=(*others, component))

    def component(self, name: str) -> ComponentRecord | None:
        """A part by name."""
        return next((component for component in self.components if component.name == name), None)

    def require_serving(self, name: str) -> None:
        """Raises AeroError while a part is held or on its way."""
        component = self.component(name)
        if component and component.absence:
            raise AeroError(component.absence)

    def write(self, file: Path) -> None:
        """In one piece, whenever someone may be reading."""
        new = file.with_suffix(".new")
        new.write_text(json.dumps(asdict(self), indent=2), encoding="utf-8")
        new.replace(file)

    @classmethod
    def read(cls, file: Path) -> Self | None:
        """None when there is none; raises AeroError for what no `aero up` has written."""
        try:
            return cls._of(json.loads(file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise AeroError(f"{file} cannot be read: {error.strerror}.", cure=_cure(file)) from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise AeroError(f"{file} is not what an `aero up` has written.", cure=_cure(file)) from None

    @classmethod
    def _of(cls, values: dict[str, Any]) -> Self:
        components = tuple(_component(values) for values in values.pop("components"))
        pages = {name: tuple(values.get(name, ())) for name in ("cors", "hosts")}
        return cls(**values | pages | {"aero": ProcessId(**values["aero"]), "components": components})

    @classmethod
    def running(cls, file: Path) -> Self | None:
        """The record of a platform that runs now."""
        record = cls.read(file)
        return record if record and record.is_alive else None


def is_suspended(process: psutil.Process) -> bool:
    """Whether it is stopped, as by SIGSTOP or Ctrl-Z; one that is gone is not."""
    try:
        return process.status() == psutil.STATUS_STOPPED
    except psutil.Error:
        return False


def _component(values: dict[str, Any]) -> ComponentRecord:
    processes = {name: ProcessId(**values[name]) if values[name] else None for name in ("program", "guard")}
    presence = Presence(values.get("presence", Presence.serving))  # an `aero up` of before it knew of it may run
    return ComponentRecord(**values | processes | {"presence": presence})


def _cure(file: Path) -> str:
    return f"Have its platform end, if one runs, then: rm -r {file}"
