"""What a scenario finds: one line for each thing that must be so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from rich.table import Column, Table

from aero.platform.terminal.tables import print_table

if TYPE_CHECKING:
    from rich.console import Console

EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Something that must be so: what was found, and everything that speaks against it."""

    name: str
    found: str
    violations: Sequence[str] = ()

    @property
    def holds(self) -> bool:
        """Whether it is so."""
        return not self.violations


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All checks; `circumstances` say under what they were made, `again` is the command that tries the same again."""

    checks: Sequence[Check]
    circumstances: dict[str, str] = field(default_factory=dict)
    again: str = ""

    @property
    def holds(self) -> bool:
        """Whether all is as it must be."""
        return all(check.holds for check in self.checks)

    def to_dict(self) -> dict[str, Any]:
        """For scripts."""
        return {"holds": self.holds} | asdict(self)


def show(report: Report, console: Console) -> None:
    """For people."""
    table = Table("", "Check", Column("Found", overflow="fold"), box=None, header_style="bold")
    for check in report.checks:
        mark = "[green]✓[/]" if check.holds else "[bold red]✗[/]"
        table.add_row(mark, check.name, check.found)
    for name, value in report.circumstances.items():
        table.add_row("", f"[dim]{name}[/]", f"[dim]{value}[/]")
    console.print()
    print_table(table, console)
    console.print()
    show_violations(report.checks, console)


def show_violations(checks: Sequence[Check], console: Console) -> None:
    """What speaks against each, the first few of them."""
    for check in checks:
        for violation in check.violations[:EXAMPLES]:
            console.print(f"✗ {check.name}: {violation}", style="red", markup=False, soft_wrap=True)
        if len(check.violations) > EXAMPLES:
            rest = len(check.violations) - EXAMPLES
            console.print(f"✗ {check.name}: and {rest} more", style="red", markup=False, soft_wrap=True)
