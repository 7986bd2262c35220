"""The functions that are deployed to the running platform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aero.naming import STACK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aero.aws import Emulator


def deployed_functions(emulator: Emulator) -> Iterator[dict[str, Any]]:
    """Their configurations, as Lambda tells them."""
    pages = emulator.client("lambda", attempts=1).get_paginator("list_functions").paginate()
    for page in pages:
        for function in page["Functions"]:
            if function["FunctionName"].startswith(f"{STACK}-"):
                yield function
