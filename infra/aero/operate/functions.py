"""The functions deployed to the running platform."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from aero.platform.naming import STACK, short_name

if TYPE_CHECKING:
    from aero.platform.aws import Emulator


ACTIVE: Final = "Active"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionStatus:
    """A deployed function."""

    name: str
    state: str
    runtime: str
    timeout: int

    @property
    def problem(self) -> str:
        """Return the problem in words; empty if the function can be called."""
        return "" if self.state == ACTIVE else f"The function {self.name} is {self.state}."


def deployed_functions(emulator: Emulator) -> Iterator[dict[str, Any]]:
    """Yield the configuration of each function of the stack, as Lambda's ListFunctions gives it."""
    pages = emulator.client("lambda", attempts=1).get_paginator("list_functions").paginate()
    for page in pages:
        for function in page["Functions"]:
            if function["FunctionName"].startswith(f"{STACK}-"):
                yield function


def function_statuses(emulator: Emulator) -> list[FunctionStatus]:
    """Return the status of each deployed function."""
    return [
        FunctionStatus(
            name=short_name(function["FunctionName"]),
            state=function.get("State", ACTIVE),
            runtime=function.get("Runtime", ""),
            timeout=function.get("Timeout", 0),
        )
        for function in deployed_functions(emulator)
    ]
