"""The state of the components for `aero status`: their processes, and whether they answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil
from rich.table import Table

from aero.platform.credentials import Credentials
from aero.platform.errors import AeroError
from aero.platform.ports import PortTable
from aero.platform.settings import PulsarKind
from aero.platform.terminal.tables import print_table
from aero.process.process_id import is_suspended
from aero.process.run_record import Presence
from aero.run.components.localstack import LocalStack
from aero.run.components.postgres import Postgres
from aero.run.components.pulsar_apache import ApachePulsar
from aero.run.components.pulsar_lite import PulsarLite
from aero.run.components.router import LocalPorts
from aero.run.components.simulator import StripeSimulator

if TYPE_CHECKING:
    from rich.console import Console

    from aero.platform.paths import Paths
    from aero.process.component import Component
    from aero.process.process_id import ProcessId
    from aero.process.run_record import ComponentRecord, RunRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentStatus:
    """A component's state; `memory` is bytes, with its child processes; `pid` is 0 for one that runs elsewhere."""

    name: str
    title: str
    address: str
    state: str
    pid: int
    memory: int
    restarts: int
    past: str  # earlier crashes, in words

    @property
    def is_healthy(self) -> bool:
        """Return whether the component serves."""
        return self.state in ("running", "external")

    @property
    def problem(self) -> str:
        """Return what is wrong, in words; empty if the component serves or is not meant to."""
        if self.is_healthy or self.state in set(Presence):
            return ""
        return f"{self.title} is {self.state}. See aero logs {self.name}."


def component_statuses(paths: Paths, record: RunRecord) -> list[ComponentStatus]:
    """Return the status of all components, which are asked concurrently."""
    ours = _components(paths, record)

    async def look() -> list[ComponentStatus]:
        return await asyncio.gather(
            *(_status(part, ours.get(part.name), is_stopping=record.is_stopping) for part in record.components)
        )

    return asyncio.run(look())


def _components(paths: Paths, record: RunRecord) -> Mapping[str, Callable[[], Component]]:
    table = PortTable(record.port_offset)
    pulsar = ApachePulsar if record.pulsar == PulsarKind.apache else PulsarLite
    return {
        "postgres": lambda: Postgres(paths, table, Credentials.load_or_create(paths.credentials_file)),
        "pulsar": lambda: pulsar(paths, table),
        "simulator": lambda: StripeSimulator(paths, table),
        "localstack": lambda: LocalStack(paths, table),
        "router": lambda: LocalPorts(paths, table),
    }


async def _status(
    record: ComponentRecord, component: Callable[[], Component] | None, *, is_stopping: bool
) -> ComponentStatus:
    state, memory, pid = "external", 0, 0
    if record.presence is not Presence.serving:
        state = record.presence
    elif record.program and is_stopping:  # a stopping component need not answer
        pid, state = (record.program.pid, Presence.stopping) if record.program.process() else (0, Presence.held)
    elif record.program and component:
        pid = record.program.pid
        state, memory = await _look_at(record.program, component)
    return ComponentStatus(
        name=record.name,
        title=record.title,
        address=record.address,
        state=state,
        pid=pid,
        memory=memory,
        restarts=record.restarts,
        past=record.past,
    )


async def _look_at(program: ProcessId, component: Callable[[], Component]) -> tuple[str, int]:
    """Return a component's state and its memory in bytes; its process may end at any moment."""
    if process := program.process():
        with suppress(psutil.NoSuchProcess):
            return await _answers(process, component()), _memory(process)
    return "dead", 0


async def _answers(process: psutil.Process, component: Component) -> str:
    if is_suspended(process):
        return "suspended (SIGSTOP)"
    try:
        return "running" if await component.answers() else "not answering"
    except AeroError as error:
        return f"not answering: {error.message.removesuffix('.')}"


def _memory(process: psutil.Process) -> int:
    """Return the memory in bytes, on Linux the proportional share, since PostgreSQL's processes share most memory."""
    total = 0
    for part in [process, *process.children(recursive=True)]:
        try:
            full = part.memory_full_info()
            total += getattr(full, "pss", 0) or full.rss
        except psutil.Error:
            continue
    return total


def show(components: list[ComponentStatus], console: Console) -> None:
    """Print the components for the operator."""
    table = Table("Component", "State", "Address", "Pid", "Memory", box=None, header_style="bold")
    for part in components:
        colour = "green" if part.is_healthy else "red"
        memory = f"{part.memory / 2**20:.0f} MB" if part.memory else ""
        table.add_row(part.title, f"[{colour}]{part.state}[/]", part.address, str(part.pid or ""), memory)
    print_table(table, console)
    for part in components:
        if part.past:
            console.print(f"{part.title} {part.past}", style="yellow", markup=False, highlight=False, soft_wrap=True)
