"""How fast the pages are there: first paint of each, and the first figures of the panel.

    python tests/benchmarks/on_platform/first_paint.py
    AERO_HOME=… python tests/benchmarks/on_platform/first_paint.py --loads 15 / /docs

It looks at a running platform with Playwright and Chromium (tests/browser/requirements.lock). A first visit has
an empty cache, a later one a filled cache. Times are the page's own clock, in milliseconds from the navigation; figures
are medians. "Load" is a busy loop of fixed length, which tells how busy the machine was.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

sys.path.insert(0, str(Path(__file__).parents[2]))

from aero.platform.paths import Paths
from aero.platform.ports import PortTable
from aero.process.run_record import RunRecord
from support.browser.driven_page import a_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

WINDOW: Final[ViewportSize] = {"width": 1440, "height": 1000}
SETTLED_MS: Final = 3_000
PAGES: Final = ("/", "/docs", "/docs/events")
# The first digit in the panel's strip and the sum of layout shifts.
OBSERVE: Final = """
    window.shifts = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((one) => { window.shifts += one.value; }))
        .observe({ type: "layout-shift", buffered: true });
    new MutationObserver(() => {
        const figure = document.querySelector(".figure .value strong");
        if (!window.figures && figure && /\\d/.test(figure.textContent)) window.figures = performance.now();
    }).observe(document, { subtree: true, childList: true, characterData: true });
"""
READ: Final = """() => {
    const loaded = performance.getEntriesByType("resource").filter((one) => /assets/.test(one.name));
    return {
        html: performance.getEntriesByType("navigation")[0].responseEnd,
        paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
        figures: window.figures ?? 0,
        shifts: window.shifts,
        files: loaded.length,
        kilobytes: loaded.reduce((sum, one) => sum + one.encodedBodySize, 0) / 1000,
    };
}"""


def visits(browser: Browser, url: str, *, cached: bool, loads: int) -> dict[str, float]:
    """Return the medians of some visits; one more comes before them and is not counted."""
    context = browser.new_context(viewport=WINDOW)
    rows: list[dict[str, Any]] = []
    for _ in range(loads + 1):
        if not cached:
            context.close()
            context = browser.new_context(viewport=WINDOW)
        page = context.new_page()
        page.add_init_script(OBSERVE)
        page.goto(url)
        page.wait_for_timeout(SETTLED_MS)
        rows.append(page.evaluate(READ))
        page.close()
    context.close()
    return {name: statistics.median(row[name] for row in rows[1:]) for name in rows[0]}


def sentence(row: Mapping[str, float]) -> str:
    """Return the figures of a page in one line."""
    figures = f"figures {row['figures']:.0f}, " if row["figures"] else ""
    return (
        f"html {row['html']:.0f}, paint {row['paint']:.0f}, {figures}shifts {row['shifts']:.3f}, "
        f"{row['files']:.0f} files of {row['kilobytes']:.0f} kB"
    )


def busy_loop() -> float:
    """Return the milliseconds of a fixed piece of work."""
    start = time.perf_counter()
    sum(range(2_000_000))
    return (time.perf_counter() - start) * 1_000


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loads", type=int, default=7)
    parser.add_argument("pages", nargs="*", default=PAGES)
    options = parser.parse_args()
    record = RunRecord.running(Paths.from_env().run_file)
    if record is None:
        sys.exit("no platform is running: make up")
    root = PortTable(record.port_offset).url("api")
    with a_browser() as browser:
        for path in options.pages:
            for cached in (False, True):
                row = visits(browser, root + path, cached=cached, loads=options.loads)
                print(
                    f"{path:<12} {'later' if cached else 'first'} visit: {sentence(row)}; load {busy_loop():.0f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
