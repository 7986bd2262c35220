"""The tour: what to look at, with commands to copy that name real ids. It fits 80 columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from demo.plan.company import AFFILIATES, CAMPAIGNS

if TYPE_CHECKING:
    from rich.console import Console

    from aero.platform.database import Database
    from aero.platform.ports import PortTable

OURS: Final = [affiliate.id for affiliate in AFFILIATES]
_PAYMENT: Final = """
    select id::text from pagos.pagos where id_afiliado = any(%s) and estado = %s and referencia_pago like %s
     order by fecha_creacion desc limit 1
    """
_CAMPAIGN: Final = """
    select id::text from campanas.campanas where id_afiliado = any(%s) and nombre = %s
     order by fecha_creacion desc limit 1
    """
_FAILED: Final = """
    select id_evento::text from event_collector.fallos where id_afiliado = any(%s) and resuelto_en is null
     order by fallo_en desc limit 1
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Sights:
    """The ids that the tour names; one that does not exist is empty."""

    commission: str
    reversed: str
    campaign: str
    failed_event: str
    letter: str = ""


def sights(database: Database, letter: str = "") -> Sights:
    """Choose an example of each kind; `letter` is the dead letter of this run."""
    with database.connect() as connection:

        def first(query: str, *values: object) -> str:
            found = connection.execute(query, [OURS, *values]).fetchone()
            return str(found[0]) if found else ""

        return Sights(
            commission=first(_PAYMENT, "EXITOSO", "comision-%"),
            reversed=first(_PAYMENT, "REVERSADO", "%"),
            campaign=first(_CAMPAIGN, CAMPAIGNS[0].name),
            failed_event=first(_FAILED),
            letter=letter,
        )


def lines(found: Sights, ports: PortTable) -> Iterator[tuple[str, str]]:
    """Yield each sight with its address or command; a long command continues on the next line."""
    api, campaigns, events = (ports[name].number for name in ("api", "campaigns", "event-collector"))
    report, page = f"localhost:{api}/api/reports", f"http://localhost:{api}/"
    yield "Everything at a glance: open it in a browser", page
    if found.commission:
        yield "One payment in the browser: what took how long", f"{page}#/pagos/{found.commission}"
    yield "Every operation of the API, to try in the browser", f"{page}docs"
    yield "Every event: who sends it, who receives it", f"{page}docs/events"
    if found.commission:
        yield "A commission, as the API shows it", f"curl localhost:{api}/pagos/{found.commission}"
        yield "Its whole way, from the sale to the reports", f"aero trace {found.commission}"
    if found.reversed:
        yield "A payment that was taken back", f"aero trace {found.reversed}"
    yield "What was paid, by campaign", "aero reports show --currency COP"
    yield "The report in version 1", f"curl '{report}/payments?version=v1&moneda=COP'"
    yield "The report in version 2", f"curl '{report}/payments?version=v2&moneda=COP'"
    yield (
        "Switch the version for everybody, without a deploy",
        f"curl -X PUT {report}/version \\\n    -H 'Content-Type: application/json' -d '{{\"active\":\"v2\"}}'",
    )
    if found.campaign:
        yield "A campaign and its metrics", f"curl localhost:{campaigns}/api/campaigns/{found.campaign}"
    if found.failed_event:
        status = f"curl localhost:{events}/event-collector/events/\\\n{found.failed_event}/status"
        yield "A sale that was reported twice: a failed event", status
    yield (
        "All failed events of an affiliate",
        (f"curl 'localhost:{events}/event-collector/failed-events?id_afiliado={OURS[0]}'"),
    )
    if found.letter:
        yield "A dead letter: a message that no function can read", f"aero dlq show {found.letter}"
        yield "The same in the browser, with a button to discard it", f"{page}#/entregas"
        yield "Clear it: sent again, it would fail again", f"aero dlq discard {found.letter}"
    else:
        yield "Dead letters: none, unless something went wrong", "aero dlq list"
        yield "Make one, to see how it is cleared", "aero demo --with-problems"
    yield "The affiliates and their keys", "aero affiliates list"
    yield "The gateway's ledger", "aero gateway"


def show(found: Sights, ports: PortTable, console: Console) -> None:
    """Print the tour."""
    console.print(
        "\nA tour. For commands that begin with aero, first: . .venv/bin/activate", markup=False, soft_wrap=True
    )
    for title, command in lines(found, ports):
        console.print(f"\n{title}", style="bold", markup=False, soft_wrap=True)
        console.print(f"  {command}", markup=False, soft_wrap=True)
