"""The unpacked code of functions, which stays until the last environment that runs it is gone.

LocalStack deletes it as soon as an update has replaced it, while the old code may still be serving.
"""

import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from localstack.services.lambda_.invocation.lambda_models import S3Code
from localstack.utils.patch import patch as patch_function


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


def patch() -> None:
    """Let LocalStack delete no code that runs."""

    @patch_function(S3Code.destroy_cached)
    def destroy_cached(fn: Callable[..., None], self: Any) -> None:
        code_in_use.delete(self.get_unzipped_code_location(), lambda: fn(self))
