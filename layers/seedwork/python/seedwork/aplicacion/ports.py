"""The mark of the methods by which an adapter serves a port.

A port is a `Protocol`. An adapter inherits each port that it serves, and its methods have the port's docstrings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from typing_extensions import override
else:
    M = TypeVar("M")

    def override(method: M) -> M:
        """Mark a method that a port declares, as `typing.override` of Python 3.12 does.

        `typing_extensions` has it for Python 3.11, and would take 20 ms of each cold start.
        """
        return method


__all__ = ["override"]
