"""A timeline: what happened when, since something began."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from rich.text import Text

from aero.platform.terminal.console import printable

if TYPE_CHECKING:
    from rich.console import Console

LONG_MS: Final = 10_000
LEAST_WIDTH: Final = 40  # an event's id with its word


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A point of the timeline; a `step` is an event of what is traced, all else is what was seen of it elsewhere."""

    at: datetime
    text: Text
    step: bool = False


class Trace(Protocol):
    """What is traced."""

    @property
    def document(self) -> Any:
        """For scripts: what the API answers about it."""

    @property
    def headlines(self) -> Sequence[str]:
        """What it is."""

    @property
    def correlation_ids(self) -> Sequence[str]:
        """Each once: the one that it was accepted with, and perhaps one that somebody gave to a payment's reversal."""

    @property
    def began(self) -> datetime:
        """When it was accepted."""

    def moments(self) -> Iterator[Moment]:
        """What the API tells of it, in any order."""


def show(trace: Trace, moments: Iterable[Moment], console: Console) -> None:
    """For people; times are since it was accepted."""
    accepted = f"Accepted {trace.began.isoformat()}, correlation {', '.join(trace.correlation_ids)}"
    for headline in (*trace.headlines, accepted):
        _print(Text(printable(headline)), console)
    console.print()
    for moment in sorted(moments, key=lambda moment: moment.at):
        since = f"{_since(moment.at - trace.began):>11}  "
        mark = ("● ", "bold") if moment.step else ("│ ", "dim")
        _print(moment.text, console, before=Text.assemble((since, "dim"), mark))


def _print(text: Text, console: Console, *, before: Text | None = None) -> None:
    """On a terminal in lines that end between words, so that an id can be copied; what reads it elsewhere cuts it."""
    before = before or Text()
    lines = text.wrap(console, max(console.width - len(before), LEAST_WIDTH)) if console.is_terminal else [text]
    for number, line in enumerate(lines):
        console.print(Text.assemble(before if number == 0 else " " * len(before), line), soft_wrap=True)


def step(what: str, state: str, *told: str, event_id: str) -> Text:
    """How a step is told: what happened, the state that it led to, and what else is known of it."""
    details = [Text(printable(detail)) for detail in told]
    return Text("  ").join(
        [Text(f"{what:<20}", "bold"), Text(f"{state:<11}", _colour(state)), *details, Text(f"event {event_id}", "dim")]
    )


def seen(text: str, style: str) -> Text:
    """How all else is told."""
    return Text(f"  {printable(text)}", style)


def _colour(state: str) -> str:
    return {"EXITOSO": "green", "FALLIDO": "red", "REVERSADO": "magenta"}.get(state, "yellow")


def _since(passed: timedelta) -> str:
    milliseconds = passed / timedelta(milliseconds=1)
    return f"+{milliseconds:.0f} ms" if milliseconds < LONG_MS else f"+{milliseconds / 1000:.1f} s"
