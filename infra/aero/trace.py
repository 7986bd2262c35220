"""`aero trace`: everything that happened to one payment, as a timeline."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from rich.text import Text

from aero.api_client import get_json
from aero.logs import FunctionLogs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from aero.aws import Emulator

LOG_MARGIN: Final = timedelta(minutes=1)
LONG_MS: Final = 10_000
# Of a line of the log, what the timeline tells already.
_KNOWN: Final = ("message", "level", "location", "timestamp", "service", "correlation_id", "function_request_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A point of the timeline; a `step` is an event of the payment, all else is what was seen of it elsewhere."""

    at: datetime
    text: Text
    step: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A payment and its steps, as the API tells them."""

    payment: dict[str, Any]
    steps: list[dict[str, Any]]

    @classmethod
    def of(cls, api_url: str, id_pago: str) -> Trace:
        """Ask the API; raises AeroError with what it answers instead."""
        steps = get_json(api_url, f"/pagos/{quote(id_pago, safe='')}/trazabilidad")["pasos"]
        return cls(payment=get_json(api_url, f"/pagos/{quote(id_pago, safe='')}"), steps=steps)

    @property
    def correlation_ids(self) -> list[str]:
        """Each once: the one that it was accepted with, and perhaps one that somebody gave to its reversal."""
        return list(dict.fromkeys(str(step["correlation_id"]) for step in self.steps))

    @property
    def began(self) -> datetime:
        """When it was accepted."""
        return datetime.fromisoformat(self.steps[0]["fecha"])

    def moments(self) -> Iterator[Moment]:
        """Each step, and when the broker had it."""
        for step in self.steps:
            told = [Text(f"{step['evento']:<20}", "bold"), Text(f"{step['estado']:<11}", _colour(step["estado"]))]
            if step["intento"]:
                told.append(Text(f"attempt {step['intento']}"))
            told += [Text(str(step[name])) for name in ("referencia_pasarela", "detalle") if step[name]]
            told.append(Text(f"event {step['id_evento']}", "dim"))
            yield Moment(at=datetime.fromisoformat(step["fecha"]), text=Text("  ").join(told), step=True)
            if step["fecha_publicacion"]:
                text = Text(f"  published on {step['topico']}", "cyan")
                yield Moment(at=datetime.fromisoformat(step["fecha_publicacion"]), text=text)

    def log_lines(self, emulator: Emulator) -> Iterator[Moment]:
        """What the functions have logged under its correlation ids."""
        logs = FunctionLogs(emulator, [], since=self.began - LOG_MARGIN)
        for function, line, at in logs.new_lines():
            if at and any(correlation_id in line for correlation_id in self.correlation_ids):
                yield Moment(at=at, text=Text(f"  {function}: {_readable(line)}", "dim"))


def show(trace: Trace, moments: list[Moment], console: Console) -> None:
    """For people; times are since the payment was accepted."""
    payment = trace.payment
    console.print(
        Text(
            f"{payment['id']}: {payment['monto']} {payment['moneda']} to {payment['id_afiliado']}, "
            f"{payment['referencia_pago']}, {payment['estado']}"
        ),
        soft_wrap=True,
    )
    console.print(
        Text(f"Accepted {trace.began.isoformat()}, correlation {', '.join(trace.correlation_ids)}"), soft_wrap=True
    )
    console.print()
    for moment in sorted(moments, key=lambda moment: moment.at):
        since = f"{_since(moment.at - trace.began):>11}  "
        mark = ("● ", "bold") if moment.step else ("│ ", "dim")
        console.print(Text.assemble((since, "dim"), mark, moment.text), soft_wrap=True)


def _readable(line: str) -> str:
    try:
        document = json.loads(line)
        rest = " ".join(f"{name}={value}" for name, value in document.items() if name not in _KNOWN)
        return f"{document['message']} {rest}".rstrip()
    except (ValueError, LookupError, AttributeError):  # no line of ours
        return line.rstrip()


def _colour(state: str) -> str:
    return {"EXITOSO": "green", "FALLIDO": "red", "REVERSADO": "magenta"}.get(state, "yellow")


def _since(passed: timedelta) -> str:
    milliseconds = passed / timedelta(milliseconds=1)
    return f"+{milliseconds:.0f} ms" if milliseconds < LONG_MS else f"+{milliseconds / 1000:.1f} s"
