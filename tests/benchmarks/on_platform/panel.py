"""Measures the cost of an open panel: CPU of the platform and of the browser, and requests.

    python tests/benchmarks/on_platform/panel.py
    AERO_HOME=… python tests/benchmarks/on_platform/panel.py --seconds 60 --rounds 3

It looks at a running platform with Playwright and Debian's Chromium (tests/browser/requirements.lock). In each round
the page is closed and then open for the same time; the platform's share is the difference, so its own work does not
count. Shares are of one core; figures are medians.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

sys.path.insert(0, str(Path(__file__).parents[2]))

from aero.platform.paths import Paths
from aero.platform.ports import PortTable
from aero.process.run_record import RunRecord
from support.browser.chromium import opened
from support.browser.driven_page import a_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, ViewportSize

WINDOW: Final[ViewportSize] = {"width": 1440, "height": 1000}
SETTLED_SECONDS: Final = 8


def cpu_seconds(roots: Sequence[psutil.Process]) -> dict[int, float]:
    """Return the CPU time of processes and all below them, by process id."""
    found = {}
    for process in [below for root in roots for below in (root, *root.children(recursive=True))]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        found[process.pid] = times.user + times.system
    return found


def share(roots: Sequence[psutil.Process], seconds: float) -> float:
    """Return the share of a core that processes and all below them take for some time."""
    before = cpu_seconds(roots)
    time.sleep(seconds)
    return sum(value - before.get(pid, 0) for pid, value in cpu_seconds(roots).items()) / seconds


def platform_cost(
    browser: Browser, url: str, platform: Sequence[psutil.Process], *, seconds: float, rounds: int
) -> dict[str, float]:
    """Return the medians of what an open page costs the platform."""
    rows = []
    for _ in range(rounds):
        closed = share(platform, seconds)
        page = browser.new_page(viewport=WINDOW)
        asked: list[str] = []
        _note_requests(page, asked)
        page.goto(url)
        page.wait_for_timeout(5_000)
        asked.clear()
        with_page = share(platform, seconds)
        page.wait_for_timeout(0)  # the page's messages are handled now
        rows.append({"share": with_page - closed, "requests": len(asked) / seconds})
        page.close()
    return {name: statistics.median(row[name] for row in rows) for name in rows[0]}


def _note_requests(page: Page, asked: list[str]) -> None:
    page.on("request", lambda request: asked.append(request.url))


def browser_cost(url: str, *, seconds: float) -> float:
    """Return the share of a core of a browser with the page, driven by no program, beside one with an empty page."""
    shares = []
    for address in ("about:blank", url):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, opened(address, folder=Path(folder)):
            time.sleep(SETTLED_SECONDS)
            [chromium] = psutil.Process().children()
            shares.append(share([chromium], seconds))
    empty, shown = shares
    return shown - empty


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    record = RunRecord.running(Paths.from_env().run_file)
    if record is None:
        sys.exit("no platform is running: make up")
    url = PortTable(record.port_offset).url("api") + "/"
    with a_browser() as browser:
        row = platform_cost(browser, url, record.survivors(), seconds=options.seconds, rounds=options.rounds)
    print(f"open: platform {row['share']:.1%}, {row['requests']:.1f} requests/s")
    print(f"open: browser {browser_cost(url, seconds=options.seconds):.1%}")


if __name__ == "__main__":
    main()
