"""`aero logs`: reads functions' logs from CloudWatch Logs and components' logs from their files."""

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
from aero.process.log_files import older, open_unrotated, tail

if TYPE_CHECKING:
    from rich.console import Console

    from aero.platform.aws import Emulator
    from aero.platform.paths import Paths

COMPONENTS: Final = ("postgres", "pulsar", "localstack", "simulator", "router")
OTHERS: Final = ("aero", "sam-build", "sam-deploy", "localstack-install", "web-install")
COLOURS: Final = ("cyan", "magenta", "green", "yellow", "blue", "bright_red")
POLL_SECONDS: Final = 0.25
LATE_MS: Final = 3_000  # a line may reach the log after a later line
QUIET_MS: Final = 10_000  # under a flood of lines, a line may arrive this late
GROUP_PREFIX: Final = "/aws/lambda/"


class Printer:
    """Prints lines, each after the name of its source in the source's own colour."""

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
    """A component's log file, read from its last lines on; rotation meanwhile loses no line."""

    def __init__(self, name: str, file: Path, lines: int) -> None:
        self._name = name
        self._file = file
        self._position = file.stat().st_size if file.exists() else 0
        self._older = _identity(older(file))
        self._first = tail(file, lines).splitlines()
        self._rest = b""

    def new_lines(self) -> Iterator[tuple[str, str, datetime | None]]:
        """Yield the lines written since the last call."""
        first, self._first = self._first, []
        for line in first:
            yield self._name, line, None
        *whole, self._rest = (self._rest + self._read()).split(b"\n")
        for piece in whole:
            yield self._name, piece.decode(errors="replace"), None

    def _read(self) -> bytes:
        before = b""
        try:
            with open_unrotated(self._file) as stream:
                if (identity := _identity(older(self._file))) != self._older:
                    self._older = identity
                    with older(self._file).open("rb") as put_aside:
                        put_aside.seek(self._position)
                        before, self._position = put_aside.read(), 0
                if os.fstat(stream.fileno()).st_size < self._position:  # the file was deleted and made anew
                    self._position = 0
                stream.seek(self._position)
                new = stream.read()
                self._position = stream.tell()
        except FileNotFoundError:
            return before
        return before + new


def _identity(file: Path) -> tuple[int, int]:
    """Return inode and modification time, by which two files differ."""
    try:
        found = file.stat()
    except FileNotFoundError:
        return 0, 0
    return found.st_ino, found.st_mtime_ns


class FunctionLogs:
    """The logs of several functions, merged by time."""

    def __init__(
        self,
        emulator: Emulator,
        functions: Sequence[str],
        *,
        since: datetime,
        containing: str = "",
        lines: int | None = None,
    ) -> None:
        """Take all functions of the stack if none is named; raises AeroError for an unknown function.

        `containing` keeps only lines with this text. Of the existing lines, only the last `lines` are given,
        counted over all functions together.
        """
        # Functions are asked for instead of log groups: LocalStack takes seconds to list groups with many lines.
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
        self._logs = [FunctionLog(self._client, name, start, containing) for name in wanted]
        self._is_away = False
        self._first = lines

    def new_lines(self) -> Iterator[tuple[str, str, datetime | None]]:
        """Yield the lines logged since the last call; while LocalStack is away, one line says so."""
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - slow to import, and components do not need it

        was_away, self._is_away = self._is_away, False
        try:
            events = [(log.name, event) for log in self._logs for event in log.new_events()]
        except BotoCoreError:
            self._is_away = True
            if not was_away:
                yield "localstack", "LocalStack does not answer: functions' logs continue when it does.", None
            return
        first, self._first = self._first, None
        told = [
            (name, line, datetime.fromtimestamp(event["timestamp"] / 1000, UTC))
            for name, event in sorted(events, key=lambda item: item[1]["timestamp"])
            if (line := readable(event["message"]))
        ]
        yield from told if first is None else told[max(0, len(told) - first) :]


class FunctionLog:
    """The log of one function, over all its execution environments."""

    def __init__(self, client: Any, function: str, start: int, containing: str) -> None:
        self.name = short_name(function)
        self._client = client
        self._group = GROUP_PREFIX + function
        self._start = start
        self._pattern = {"filterPattern": f'"{containing}"'} if containing else {}
        self._seen: dict[str, int] = {}  # event ids: a late line is given, and no line twice

    def new_events(self) -> list[dict[str, Any]]:
        """Return the events that reached CloudWatch Logs since the last call."""
        quiet = int(time.time() * 1000) - QUIET_MS
        new = [event for event in self._events() if event["eventId"] not in self._seen]
        self._seen |= {event["eventId"]: event["timestamp"] for event in new}
        # A query costs as much as it finds, so it starts as late as possible, also after a flood of lines.
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
            return  # the function has written nothing yet


def sources(
    paths: Paths, emulator: Emulator | None, names: Sequence[str], *, lines: int, since: datetime
) -> list[ComponentLog | FunctionLogs]:
    """Return the logs with these names, all functions' without names; raises AeroError for a log not written yet."""
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
    """Print the existing lines; with `follow`, keep printing new ones."""
    while True:
        for source in found:
            for name, line, at in source.new_lines():
                printer(name, line, at)
        if not follow:
            return
        time.sleep(POLL_SECONDS)
