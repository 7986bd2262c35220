"""Counts which environments run from which folder of code, so that no folder in use is deleted."""

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path


class CodeInUse:
    """The number of users of each folder, and the deletions that wait for them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users: Counter[Path] = Counter()
        self._left_to_delete: dict[Path, Callable[[], None]] = {}

    def enter(self, folder: Path) -> Callable[[], None]:
        """Use a folder; return a function that ends the use."""
        with self._lock:
            self._users[folder] += 1
        return lambda: self._leave(folder)

    def delete(self, folder: Path, do: Callable[[], None]) -> None:
        """Delete the folder, by calling `do`, as soon as it has no user."""
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
