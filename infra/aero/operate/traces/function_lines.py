"""Reads the functions' log lines about a traced payment or event."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from aero.operate.logs import FunctionLogs
from aero.operate.traces.timeline import Moment, seen

if TYPE_CHECKING:
    from aero.operate.traces.event_trace import EventTrace
    from aero.operate.traces.timeline import Trace
    from aero.platform.aws import Emulator

MARGIN: Final = timedelta(minutes=1)
REPORTS: Final = "proyectar-reportes"
COUNTED: Final = "event processed"
# The timeline already shows these fields of a log line.
_KNOWN: Final = ("message", "level", "location", "timestamp", "service", "correlation_id", "function_request_id")


def log_lines(trace: Trace, emulator: Emulator) -> Iterator[Moment]:
    """Yield each log line that contains one of the trace's correlation ids."""
    logs = FunctionLogs(emulator, [], since=trace.began - MARGIN)
    for function, line, at in logs.new_lines():
        if at and any(correlation_id in line for correlation_id in trace.correlation_ids):
            yield Moment(at=at, text=seen(f"{function}: {_readable(line)}", "dim"))


def counted_in_reports(trace: EventTrace, emulator: Emulator) -> Iterator[Moment]:
    """Yield when reports first counted the event, by their log, since their API knows this only of payments."""
    missing = {trace.event["id_evento"]}
    for correlation_id in trace.correlation_ids:
        logs = FunctionLogs(emulator, [REPORTS], since=trace.began - MARGIN, containing=correlation_id)
        for _, line, at in logs.new_lines():
            about = _document(line)
            if at and about.get("message") == COUNTED and about.get("event_id") in missing:
                missing.remove(about["event_id"])
                yield Moment(at=at, text=seen(f"counted in reports: {about['event_type']} (log of {REPORTS})", "cyan"))


def _readable(line: str) -> str:
    if document := _document(line):
        rest = " ".join(f"{name}={value}" for name, value in document.items() if name not in _KNOWN)
        return f"{document.get('message', '')} {rest}".strip()
    return line.rstrip()


def _document(line: str) -> dict[str, Any]:
    """Return the line's JSON; empty for a line in another format, such as Lambda's REPORT."""
    try:
        document = json.loads(line)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
