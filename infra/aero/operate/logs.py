"""`aero logs`: of functions, from CloudWatch Logs, and of components, from their files."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from aero.operate.functions import deployed_functions
from aero.operate.metric_lines import readable
from aero.platform.errors import AeroError
from aero.platform.naming import function_name, short_name
from aero.process.log_files import as_it_is, older, tail

if TYPE_CHECKING:
    from rich.console import Console

    from aero.platform.aws import Emulator
    from aero.platform.paths import Paths

COMPONENTS: Final = ("postgres", "pulsar", "localstack", "simulator", "router")
OTHERS: Final = ("aero", "sam-build", "sam-deploy", "localstack-install")
COLOURS: Final = ("cyan", "magenta", "green", "yellow", "blue", "bright_red")
POLL_SECONDS: Final = 0.25
LATE_MS: Final = 3_000  # a line may reach the log after one with a later time
QUIET_MS: Final = 10_000  # and long after it was written, where very much is written
GROUP_PREFIX: Final = "/aws/lambda/"


class Printer:
    """Prefixes each line with where it comes from, in a colour of its own."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._colours: dict[str, str] = {}

    def __call__(self, source: str, line: str, at: datetime | None = None) -> None:
        """Print a line."""
        colour = self._colours.setdefault(source, COLOURS[len(self._colours) % len(COLOURS)])
        moment = at.astimezone().strftime("%H:%M:%S.%f")[:-3] + " " if at else ""
        text = Text.assemble((moment, "dim"), (f"{source} ", colour), line.rstrip())
        self._console.print(text, soft_wrap=True)


class ComponentLog:
    """The file of a component, from its last lines on, also when it is put aside meanwhile."""

    def __init__(self, name: str, file: Path, lines: int) -> None:
        self._name = name
        self._file = file
        self._position = file.stat().st_size if file.exists() else 0
        self._older = _identity(older(file))
        self._first = tail(file, lines).splitlines()
        self._rest = b""

    def new_lines(self) -> Iterator[tuple[str, str, datetime | None]]:
        """What has been written since the last time."""
        first, self._first = self._first, []
        for line in first:
            yield self._name, line, None
        *whole, self._rest = (self._rest + self._read()).split(b"\n")
        for piece in whole:
            yield self._name, piece.decode(errors="replace"), None

    def _read(self) -> bytes:
        before = b""
        try:
            with as_it_is(self._file) as stream:
                if (identity := _identity(older(self._file))) != self._older:
                    self._older = identity
                    with older(self._file).open("rb") as put_aside:
                        put_aside.seek(self._position)
                        before, self._position = put_aside.read(), 0
                if os.fstat(stream.fileno()).st_size < self._position:  # deleted, and made anew
                    self._position = 0
                stream.seek(self._position)
                new = stream.read()
                self._position = stream.tell()
        except FileNotFoundError:
            return before
        return before + new


def _identity(file: Path) -> tuple[int, int]:
    """What another file would not have."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_ino, found.st_mtime_ns


class FunctionLogs:
    """The logs of functions, by time."""

    def __init__(
        self,
        emulator: Emulator,
        functions: Sequence[str],
        *,
        since: datetime,
        saying: str = "",
        lines: int | None = None,
    ) -> None:
        """All functions of the stack when none is named; raises AeroError for one that does not exist.

        `saying` leaves out the lines without this text. Of what there is already only the last `lines` are told, of all
        functions together.
        """
        # Asking CloudWatch Logs for its groups would take LocalStack seconds where there is much in them.
        existing = sorted(function["FunctionName"] for function in deployed_functions(emulator))
        wanted = [function_name(name) for name in functions] or existing
        for name in wanted:
            if name not in existing:
                raise AeroError(
                    f"There is no function {short_name(name)!r}.",
                    cure=f"Functions: {', '.join(map(short_name, existing))}. "
                    f"Components: {', '.join((*COMPONENTS, *OTHERS))}.",
                )
        self._client = emulator.client("logs")
        start = int(since.timestamp() * 1000)
        self._logs = [FunctionLog(self._client, name, start, saying) for name in wanted]
        self._is_away = False
        self._first = lines

    def new_lines(self) -> Iterator[tuple[str, str, datetime | None]]:
        """What has been logged since the last time; while LocalStack is away, nothing but that it is."""
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - of no use for components

        was_away, self._is_away = self._is_away, False
        try:
            events = [(log.name, event) for log in self._logs for event in log.new_events()]
        except BotoCoreError:
            self._is_away = True
            if not was_away:
                yield "localstack", "It does not answer: the logs of functions go on when it does.", None
            return
        first, self._first = self._first, None
        told = [
            (name, line, datetime.fromtimestamp(event["timestamp"] / 1000, UTC))
            for name, event in sorted(events, key=lambda item: item[1]["timestamp"])
            if (line := readable(event["message"]))
        ]
        yield from told if first is None else told[max(0, len(told) - first) :]


class FunctionLog:
    """The log of one function, of all its environments."""

    def __init__(self, client: Any, function: str, start: int, saying: str) -> None:
        self.name = short_name(function)
        self._client = client
        self._group = GROUP_PREFIX + function
        self._start = start
        self._pattern = {"filterPattern": f'"{saying}"'} if saying else {}
        self._seen: dict[str, int] = {}  # event ids, so that a late line is told and none twice

    def new_events(self) -> list[dict[str, Any]]:
        """What has reached CloudWatch Logs since the last time."""
        quiet = int(time.time() * 1000) - QUIET_MS
        new = [event for event in self._events() if event["eventId"] not in self._seen]
        self._seen |= {event["eventId"]: event["timestamp"] for event in new}
        # Each look costs what it finds, so it looks back no further than it must, after a flood of lines too.
        latest = max(self._seen.values(), default=0)
        self._start = max(self._start, latest - LATE_MS, quiet)
        self._seen = {key: at for key, at in self._seen.items() if at >= self._start}
        return new

    def _events(self) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("filter_log_events").paginate(
            logGroupName=self._group, startTime=self._start, **self._pattern
        )
        try:
            for page in pages:
                yield from page["events"]
        except self._client.exceptions.ResourceNotFoundException:
            return  # it has not written anything yet


def sources(
    paths: Paths, emulator: Emulator | None, names: Sequence[str], *, lines: int, since: datetime
) -> list[ComponentLog | FunctionLogs]:
    """Where the asked-for lines come from; without names, all functions."""
    components = [name for name in names if name in COMPONENTS or name in OTHERS]
    functions = [name for name in names if name not in components]
    for name in components:
        if not paths.log(name).exists():
            raise AeroError(f"{name} has written no log yet in {paths.logs}.", cure="Start it with `aero up`.")
    found: list[ComponentLog | FunctionLogs] = [ComponentLog(name, paths.log(name), lines) for name in components]
    if emulator and (functions or not names):
        found.append(FunctionLogs(emulator, functions, since=since, lines=lines))
    return found


def print_logs(found: Sequence[ComponentLog | FunctionLogs], printer: Printer, *, follow: bool) -> None:
    """Print what there is, and go on with what comes when asked to."""
    while True:
        for source in found:
            for name, line, at in source.new_lines():
                printer(name, line, at)
        if not follow:
            return
        time.sleep(POLL_SECONDS)
