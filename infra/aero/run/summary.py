"""The summary of a started platform for its user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.table import Table

from aero.platform.ports import LOOPBACK
from aero.platform.settings import PulsarKind
from aero.platform.terminal.tables import print_table

if TYPE_CHECKING:
    from rich.console import Console

    from aero.platform.paths import Paths
    from aero.platform.ports import PortTable
    from aero.process.run_record import RunRecord

_ORDER = ("router", "simulator", "localstack", "postgres", "pulsar")
_BODY = '{"id_afiliado":"afiliado-001","monto":100.50,"moneda":"COP","referencia_pago":"test-ref-001"}'


def summary(paths: Paths, table: PortTable, record: RunRecord) -> dict[str, Any]:
    """Return the summary as plain values, since another process may print it."""
    api = f"http://localhost:{table['api'].number}"
    components = [component for name in _ORDER if (component := record.component(name))]
    addresses = [[component.title, component.address] for component in components]
    addresses[1:1] = [[port.title, port.http] for port in table.local if port.name != "api"]
    if record.pulsar == PulsarKind.apache and (pulsar := record.component("pulsar")) and pulsar.program:
        addresses.append(["Pulsar's admin API", table.url("pulsar-admin")])
    return {
        "seconds": record.seconds,
        "addresses": addresses,
        "curl": f"curl -X POST {api}/pagos/ -H 'Content-Type: application/json' \\\n  -d '{_BODY}'",
        "panel": f"{api}/",
        "logs": str(paths.logs),
        "notes": notes(watch=record.watch, debug=record.debug),
    }


def notes(*, watch: bool, debug: Mapping[str, int]) -> list[str]:
    """Return sentences on special options of this run. `debug` maps functions to their debuggers' ports."""
    live = ["Saved files of functions/ and layers/seedwork/ are live at the next invocation."] if watch else []
    return live + [f"When called, {name} waits for a debugger on {LOOPBACK}:{port}." for name, port in debug.items()]


def show(values: dict[str, Any], console: Console) -> None:
    """Print the summary: as a table on a terminal, otherwise as uncut lines."""
    console.print(f"\nThe platform is ready after {values['seconds']:.1f} s.\n", highlight=False)
    if console.is_terminal:
        table = Table("Component", "Address", box=None, header_style="bold")
        for title, address in values["addresses"]:
            table.add_row(title, f"[link={address}]{address}[/link]" if address.startswith("http") else address)
        print_table(table, console)
    else:
        for title, address in values["addresses"]:
            console.print(f"{title:<18} {address}", soft_wrap=True, highlight=False)
    if values["notes"]:
        console.print("\n" + "\n".join(values["notes"]), soft_wrap=True, highlight=False, markup=False)
    console.print(f"\nWatch it: {values['panel']}", soft_wrap=True, highlight=False)
    console.print(f"Try the API: {values['panel']}docs", soft_wrap=True, highlight=False)
    console.print("\nA first payment:\n", highlight=False)
    console.print(values["curl"], soft_wrap=True, highlight=False, markup=False)
    console.print(f"\nLogs: aero logs, and the files in {values['logs']}", soft_wrap=True, highlight=False)
