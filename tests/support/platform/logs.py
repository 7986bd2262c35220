"""What a platform's logs say of a test that has failed, for who cannot look at them, as on another machine."""

from __future__ import annotations

import re
from collections import deque
from pathlib import Path
from typing import Final

LINES: Final = 40
# As LocalStack, PostgreSQL, Pulsar and Python write what went wrong, and how API Gateway's errors look.
_NOTABLE: Final = re.compile(r"WARN|ERROR|FATAL|PANIC|Traceback|=> 5\d\d")


def sections(home: Path) -> list[tuple[str, str]]:
    """Title and text for each log in which something went wrong, its last lines only."""
    found = []
    for log in sorted((home / "logs").glob("*.log")):
        with log.open(encoding="utf-8", errors="replace") as lines:
            notable = deque((line for line in lines if _NOTABLE.search(line)), LINES)
        if notable:
            found.append((f"What went wrong in {log.name}, at the end", "".join(notable)))
    return found
