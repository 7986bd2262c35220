"""A real browser: Chromium without a window, which sends only the page's own requests."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

CHROMIUM: Final = os.environ.get("CHROMIUM", "chromium")
OPTIONS: Final = (
    "--headless=new",
    "--no-sandbox",  # root cannot use the sandbox; the pages are ours
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


@contextmanager
def opened(url: str, *, folder: Path) -> Iterator[None]:
    """Open a page in a new browser until the block is left; log and profile are in `folder`."""
    with (folder / "chromium.log").open("wb") as log:
        browser = subprocess.Popen(
            [CHROMIUM, *OPTIONS, f"--user-data-dir={folder / 'profile'}", url], stdout=log, stderr=log
        )
        try:
            yield
        finally:
            browser.kill()  # its child processes end with it
            browser.wait()
