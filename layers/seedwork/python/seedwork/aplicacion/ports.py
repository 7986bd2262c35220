"""The decorator for the methods of an adapter that implement a port.

A port is a `Protocol`. An adapter inherits each of its ports, and its methods have the ports' docstrings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from typing_extensions import override
else:
    M = TypeVar("M")

    def override(method: M) -> M:
        """Mark a method declared by a port, like `typing.override` of Python 3.12.

        `typing_extensions` has it for Python 3.11, but its import would take 20 ms of each cold start.
        """
        return method


__all__ = ["override"]
