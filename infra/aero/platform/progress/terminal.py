"""Progress on a terminal: one line per step, animated while the step works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, TextColumn
from rich.text import Text

from aero.platform.progress.events import Event, Kind
from aero.platform.terminal.lost_output import output_may_be_lost

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.progress import Task, TaskID

_MARKS = {Kind.end: Text("✓", style="green"), Kind.fail: Text("✗", style="bold red")}
_WORKING = (Kind.begin, Kind.note)


class _Mark(SpinnerColumn):
    """A spinner while the step works, then the mark of its outcome."""

    def render(self, task: Task) -> RenderableType:
        return _MARKS.get(task.fields["kind"]) or super().render(task)


class _Seconds(ProgressColumn):
    """The elapsed time in tenths of a second."""

    def render(self, task: Task) -> Text:
        seconds = task.fields["seconds"] if task.fields["kind"] in _MARKS else task.elapsed or 0
        return Text(f"{seconds:6.1f} s", style="cyan")


class _Bar(ProgressColumn):
    """A bar for steps that count something."""

    def __init__(self) -> None:
        super().__init__()
        self._bar = BarColumn(20)

    def render(self, task: Task) -> RenderableType:
        counting = task.fields["kind"] in _WORKING and task.total
        return self._bar.render(task) if counting else ""


class _Note(ProgressColumn):
    """The current activity of the step, or its result."""

    def render(self, task: Task) -> RenderableType:
        return Text(task.fields["note"], style="dim")


class TerminalProgress:
    """A renderer for terminals. Steps after a `close` start a new display below."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._tasks: dict[str, TaskID] = {}
        self._progress = self._new()

    def __call__(self, event: Event) -> None:
        """Show an event."""
        with output_may_be_lost():
            self._show(event)

    def _show(self, event: Event) -> None:
        if event.kind is Kind.warning:
            self._progress.console.print(Text.assemble(("! ", "yellow"), event.text))
        elif event.kind is Kind.begin:
            self._progress.start()
            self._tasks[event.step] = self._progress.add_task(
                f"{event.step:<18}", total=None, note="", kind=event.kind, seconds=0.0
            )
        elif event.step in self._tasks:
            self._progress.update(
                self._tasks[event.step], total=event.total or None, completed=event.done, note=event.text,
                kind=event.kind, seconds=event.seconds,
            )  # fmt: skip

    def close(self) -> None:
        """End the display and leave its last state on the screen."""
        with output_may_be_lost():
            self._progress.stop()
        self._progress = self._new()
        self._tasks.clear()

    def _new(self) -> Progress:
        return Progress(_Mark(), TextColumn("{task.description}"), _Seconds(), _Bar(), _Note(), console=self._console)
