"""A timeline of events, with times since its beginning."""

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
LEAST_WIDTH: Final = 40  # the width of `event` and an id


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A point of the timeline; a `step` is an event of the traced object, other moments were observed elsewhere."""

    at: datetime
    text: Text
    step: bool = False


class Trace(Protocol):
    """A traced payment or tracking event."""

    @property
    def document(self) -> Any:
        """The API's answers about it, for scripts."""

    @property
    def headlines(self) -> Sequence[str]:
        """Lines that describe it."""

    @property
    def correlation_ids(self) -> Sequence[str]:
        """Its correlation ids, each once: that of its acceptance, and perhaps that of a payment's reversal."""

    @property
    def began(self) -> datetime:
        """The time of its acceptance."""

    def moments(self) -> Iterator[Moment]:
        """Yield its moments according to the API, in any order."""


def show(trace: Trace, moments: Iterable[Moment], console: Console) -> None:
    """Print the timeline for the operator; times are since the acceptance."""
    accepted = f"Accepted {trace.began.isoformat()}, correlation {', '.join(trace.correlation_ids)}"
    for headline in (*trace.headlines, accepted):
        _print(Text(printable(headline)), console)
    console.print()
    for moment in sorted(moments, key=lambda moment: moment.at):
        since = f"{_since(moment.at - trace.began):>11}  "
        mark = ("● ", "bold") if moment.step else ("│ ", "dim")
        _print(moment.text, console, before=Text.assemble((since, "dim"), mark))


def _print(text: Text, console: Console, *, before: Text | None = None) -> None:
    """Print a text; on a terminal its lines break between words, so that an id can be copied, else it is one line."""
    before = before or Text()
    lines = text.wrap(console, max(console.width - len(before), LEAST_WIDTH)) if console.is_terminal else [text]
    for number, line in enumerate(lines):
        console.print(Text.assemble(before if number == 0 else " " * len(before), line), soft_wrap=True)


def step(what: str, state: str, *told: str, event_id: str) -> Text:
    """Return a step's line: the event, the resulting state, and further details."""
    details = [Text(printable(detail)) for detail in told]
    return Text("  ").join(
        [Text(f"{what:<20}", "bold"), Text(f"{state:<11}", _colour(state)), *details, Text(f"event {event_id}", "dim")]
    )


def seen(text: str, style: str) -> Text:
    """Return the line of a moment that is not a step."""
    return Text(f"  {printable(text)}", style)


def _colour(state: str) -> str:
    return {"EXITOSO": "green", "FALLIDO": "red", "REVERSADO": "magenta"}.get(state, "yellow")


def _since(passed: timedelta) -> str:
    milliseconds = passed / timedelta(milliseconds=1)
    return f"+{milliseconds:.0f} ms" if milliseconds < LONG_MS else f"+{milliseconds / 1000:.1f} s"
