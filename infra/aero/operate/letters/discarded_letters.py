"""The store of discarded dead letters."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from aero.operate.letters.letter_content import whole
from aero.platform.errors import AeroError
from aero.platform.terminal.console import counted

if TYPE_CHECKING:
    from aero.operate.letters.letter import Letter


class DiscardedLetters:
    """A file of letters discarded together, with one line each in the format of `aero dlq show --json`."""

    def __init__(self, logs: Path) -> None:
        """The file is created with its first letter."""
        self.file = logs / f"discarded-letters-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.jsonl"
        self._topics: Counter[str] = Counter()

    def keep(self, letter: Letter) -> None:
        """Append a letter and return once it is on the disk. Raises AeroError if that fails."""
        line = json.dumps(whole(letter), ensure_ascii=False) + "\n"
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            ours_alone = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(ours_alone, "wb") as stream:
                stream.write(line.encode())
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise AeroError(f"{letter.id} cannot be kept: {error}. It stays where it is.") from None
        self._topics[letter.dlq_topic] += 1

    def summary(self) -> Iterator[str]:
        """Yield sentences on the discarded letters and their file; none if no letter was discarded."""
        for topic, number in sorted(self._topics.items()):
            yield f"{counted(number, 'letter', 'letters')} of {topic} discarded."
        if self._topics:
            yield f"Their content is in {self.file}"
