"""The expected failures of aero. Each has a cause and, if there is one, a cure."""

from __future__ import annotations


class AeroError(Exception):
    """Ends the command with a message instead of a traceback."""

    exit_code = 1

    def __init__(self, message: str, *, cure: str = "", detail: str = "") -> None:
        """`detail` is quoted output, such as the last lines of a log."""
        super().__init__(message)
        self.message = message
        self.cure = cure
        self.detail = detail


class NotRunningError(AeroError):
    """There is no running platform to talk to."""

    exit_code = 3

    def __init__(self, last_end: str = "") -> None:
        """`last_end` says how the last run ended, unless it was stopped on request."""
        message = "The platform is not running."
        super().__init__(f"{message} {last_end}".rstrip(), cure="Start it with `aero up` (or `make up`).")
