"""Runs SAM and reduces its thirty lines of errors to the one that matters."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from aero.platform.errors import AeroError
from aero.process import supervisor
from aero.process.supervisor import ProgramFailedError

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.process.supervisor import Command

_ERROR: Final = re.compile(r"^Error: ", re.MULTILINE)
# The rest after SAM's own message: a traceback, and a link to report a presumed bug of SAM.
_REST: Final = re.compile(r"^(Traceback:|Traceback \(most|An unexpected error was encountered)", re.MULTILINE)
_INVALID: Final = re.compile(r"Invalid\w+Exception\((?P<arguments>[^()]*(?:\([^()]*\)[^()]*)*)\)")


class SamRefusedError(AeroError):
    """SAM refused its input; the error has SAM's own message."""

    def __init__(self, command: Command, message: str) -> None:
        super().__init__(f"{command.name}: {message}", cure=f"Its whole log: {command.log}")


def sam_environment(paths: Paths, name: str) -> dict[str, str]:
    """Return the variables that keep SAM's files in our folders and turn off its telemetry."""
    return {
        "SAM_CLI_TELEMETRY": "0",
        "__SAM_CLI_APP_DIR": str(paths.cache / "sam"),
        "TMPDIR": str(paths.temporary(name)),
        "COLUMNS": "160",
    }


async def run_sam(command: Command) -> None:
    """Run SAM. Raises SamRefusedError with SAM's own message, or ProgramFailedError if it has none."""
    before = command.log.stat().st_size if command.log.exists() else 0
    try:
        await supervisor.run(command)
    except ProgramFailedError as failure:
        written = command.log.read_bytes()  # a large log is rotated at the start, so it may be shorter than before
        output = written[before if before <= len(written) else 0 :].decode(errors="replace")
        if message := last_words(output):
            raise SamRefusedError(command, message) from failure
        raise


def last_words(output: str) -> str:
    r"""Return SAM's own error message without its traceback; empty if there is none.

    >>> last_words("Error: [InvalidResourceException('A', 'property B not defined')] ('A', …\nTraceback:\n  File …")
    'A: property B not defined'
    >>> last_words("Error: Failed to parse template: no\n  in line 7\n")
    'Failed to parse template: no\n  in line 7'
    """
    found = list(_ERROR.finditer(output))
    if not found:
        return ""
    text = output[found[-1].end() :]
    if rest := _REST.search(text):
        text = text[: rest.start()]
    try:
        problems = [": ".join(ast.literal_eval(f"[{each['arguments']}]")) for each in _INVALID.finditer(text)]
    except (SyntaxError, ValueError, TypeError):  # another version of SAM may have another format
        problems = []
    return "\n".join(dict.fromkeys(problems)) or text.strip()
