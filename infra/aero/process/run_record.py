"""The run record `run.json`: the processes of the running platform, for commands that query or stop it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from aero.platform.errors import AeroError
from aero.process.process_id import ProcessId

if TYPE_CHECKING:
    import psutil

    from aero.process.component import Component
    from aero.process.crashes import Crashes
    from aero.process.supervisor import Program


class Presence(StrEnum):
    """The state of a component, changed by `aero stop`, `aero start` and crashes."""

    serving = "serving"
    stopping = "stopping"
    held = "stopped"  # the word shown to people
    starting = "starting"
    restarting = "restarting"  # after a crash
    failed = "failed"  # after too many crashes; `aero start` tries again

    @classmethod
    def _missing_(cls, value: object) -> Presence | None:
        return cls.held if value == "held" else None  # written by an older version of `aero up`


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentRecord:
    """A component of the running platform. One that runs elsewhere has no processes."""

    name: str
    title: str
    address: str
    program: ProcessId | None = None
    guard: ProcessId | None = None
    presence: Presence = Presence.serving
    restarts: int = 0  # successful restarts after crashes in this run
    crash: str = ""  # the description of the last crash
    crashed_at: str = ""  # in ISO 8601

    @property
    def absence(self) -> str:
        """A sentence on why the component does not serve; empty while it serves."""
        match self.presence:
            case Presence.serving:
                return ""
            case Presence.held:
                return f"{self.title} is stopped. Start it again: aero start {self.name}"
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
        """A sentence on its suspended guard with the cure; empty if the guard is not suspended."""
        if self.guard is None or not self.guard.is_suspended:
            return ""
        pid = self.guard.pid
        return (
            f"The guard of {self.title} (pid {pid}) is suspended: {self.title} is not started again after a crash. "
            f"Continue it: kill -CONT {pid}"
        )

    @property
    def last_crash(self) -> str:
        """The local time and description of the last crash, "at 10:31:02: killed by SIGKILL"; empty without one."""
        if not self.crashed_at:
            return ""
        at = datetime.fromisoformat(self.crashed_at).astimezone()
        is_today = at.date() == datetime.now().astimezone().date()
        return f"at {at:%H:%M:%S}: {self.crash}" if is_today else f"at {at:%Y-%m-%d %H:%M:%S}: {self.crash}"

    @property
    def past(self) -> str:
        """The number of restarts and the last crash, in words; empty without a restart."""
        times = "once" if self.restarts == 1 else f"{self.restarts} times"
        return f"restarted {times}, last {self.last_crash}" if self.restarts else ""

    @classmethod
    def of(cls, component: Component, program: Program, presence: Presence, crashes: Crashes) -> Self:
        """Return the record of a component that aero runs."""
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
    """The `aero up` process of a platform, its settings and its components."""

    aero: ProcessId
    status: str = "starting"  # then running, then stopping
    port_offset: int = 0
    pulsar: str = ""
    endpoint: str = ""  # the AWS endpoint
    api_id: str = ""
    seconds: float = 0  # the duration of the start
    watch: bool = False  # whether functions run from the working tree
    debug: dict[str, int] = field(default_factory=dict)  # the debugger's port by function
    cors: tuple[str, ...] = ()  # web origins that may use the platform, besides its own
    hosts: tuple[str, ...] = ()  # host names of the platform, besides the loopback's
    components: tuple[ComponentRecord, ...] = field(default_factory=tuple)

    @property
    def is_alive(self) -> bool:
        """Whether the `aero up` that wrote the record still runs."""
        return self.aero.process() is not None

    @property
    def is_stopping(self) -> bool:
        """Whether the platform is being stopped, so that missing components are expected."""
        return self.status == "stopping"

    @property
    def suspension(self) -> str:
        """A sentence on a suspended `aero up` with the cure; empty if it is not suspended."""
        if not self.aero.is_suspended:
            return ""
        pid = self.aero.pid
        return (
            f"`aero up` (pid {pid}) is suspended: crashed components are not started again. "
            f"Continue it: fg, or kill -CONT {pid}"
        )

    def survivors(self) -> list[psutil.Process]:
        """Return the guards and programs that still run."""
        known = [pid for component in self.components for pid in (component.guard, component.program) if pid]
        return [process for pid in known if (process := pid.process())]

    def with_component(self, component: ComponentRecord) -> Self:
        """Return a record with this component, which replaces one of the same name."""
        others = tuple(other for other in self.components if other.name != component.name)
        return replace(self, components=(*others, component))

    def component(self, name: str) -> ComponentRecord | None:
        """Return a component by name, or None."""
        return next((component for component in self.components if component.name == name), None)

    def require_serving(self, name: str) -> None:
        """Raise AeroError unless a component serves, or is unknown to the record."""
        component = self.component(name)
        if component and component.absence:
            raise AeroError(component.absence)

    def write(self, file: Path) -> None:
        """Write the record atomically, since another process may read it at the same time."""
        new = file.with_suffix(".new")
        new.write_text(json.dumps(asdict(self), indent=2), encoding="utf-8")
        new.replace(file)

    @classmethod
    def read(cls, file: Path) -> Self | None:
        """Read a record, or return None if there is none. Raises AeroError for an unreadable or invalid file."""
        try:
            return cls._of(json.loads(file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise AeroError(f"{file} cannot be read: {error.strerror}.", cure=_cure(file)) from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise AeroError(f"{file} was not written by `aero up`.", cure=_cure(file)) from None

    @classmethod
    def _of(cls, values: dict[str, Any]) -> Self:
        components = tuple(_component(values) for values in values.pop("components"))
        pages = {name: tuple(values.get(name, ())) for name in ("cors", "hosts")}
        return cls(**values | pages | {"aero": ProcessId(**values["aero"]), "components": components})

    @classmethod
    def running(cls, file: Path) -> Self | None:
        """Return the record of a running platform, or None if it does not run."""
        record = cls.read(file)
        return record if record and record.is_alive else None


def _component(values: dict[str, Any]) -> ComponentRecord:
    processes = {name: ProcessId(**values[name]) if values[name] else None for name in ("program", "guard")}
    presence = Presence(values.get("presence", Presence.serving))  # an older `aero up` may run, which does not write it
    return ComponentRecord(**values | processes | {"presence": presence})


def _cure(file: Path) -> str:
    return f"Stop its platform if one runs, then: rm -r {file}"
