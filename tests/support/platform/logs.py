"""Collects the errors in a platform's logs after a failed test, for readers without access to them."""

from __future__ import annotations

import re
from collections import deque
from pathlib import Path
from typing import Final

LINES: Final = 40
# The forms of errors in the logs of LocalStack, PostgreSQL, Pulsar and Python, and in API Gateway's answers.
_NOTABLE: Final = re.compile(r"WARN|ERROR|FATAL|PANIC|Traceback|=> 5\d\d")


def sections(home: Path) -> list[tuple[str, str]]:
    """Return the title and the last lines of each log with errors."""
    found = []
    for log in sorted((home / "logs").glob("*.log")):
        with log.open(encoding="utf-8", errors="replace") as lines:
            notable = deque((line for line in lines if _NOTABLE.search(line)), LINES)
        if notable:
            found.append((f"What went wrong in {log.name}, at the end", "".join(notable)))
    return found
