"""Counts which environments run from which folder of code, so that none is deleted under them."""

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path


class CodeInUse:
    """Who uses which folder."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users: Counter[Path] = Counter()
        self._left_to_delete: dict[Path, Callable[[], None]] = {}

    def enter(self, folder: Path) -> Callable[[], None]:
        """Use a folder; returns what ends that."""
        with self._lock:
            self._users[folder] += 1
        return lambda: self._leave(folder)

    def delete(self, folder: Path, do: Callable[[], None]) -> None:
        """Have it deleted by this as soon as nobody uses it."""
        with self._lock:
            if self._users[folder]:
                self._left_to_delete[folder] = do
                return
        do()

    def _leave(self, folder: Path) -> None:
        with self._lock:
            self._users[folder] -= 1
            if self._users[folder]:
                return
            del self._users[folder]
            do = self._left_to_delete.pop(folder, None)
        if do:
            do()


code_in_use = CodeInUse()
