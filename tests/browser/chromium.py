"""A real browser: Chromium without a window, and without anything but the page's own requests."""

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
    "--no-sandbox",  # there is none for root; the pages are ours
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)


@contextmanager
def opened(url: str, *, folder: Path) -> Iterator[None]:
    """A page in a new browser, which is closed at the end; its log is in `folder`, with its profile."""
    with (folder / "chromium.log").open("wb") as log:
        browser = subprocess.Popen(
            [CHROMIUM, *OPTIONS, f"--user-data-dir={folder / 'profile'}", url], stdout=log, stderr=log
        )
        try:
            yield
        finally:
            browser.kill()  # its other processes go with it
            browser.wait()
