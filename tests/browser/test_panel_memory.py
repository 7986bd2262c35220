"""A panel that is open for days keeps nothing of what it no longer shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playwright.sync_api import expect

from browser.panel_page import Panel
from support.browser.letters import PAGE, show_letters

if TYPE_CHECKING:
    from support.browser.driven_page import DrivenPage
    from support.platform.platform import Platform

PERIOD: Final = 31_000  # milliseconds; letters are read every thirty seconds
REPLACED: Final = 30  # letters at a time; the others stay on the page
ROUNDS: Final = 8


def test_letters_that_are_gone_leave_no_nodes_behind(platform: Platform, driven: DrivenPage) -> None:
    """Two hundred letters come and go; elements and listeners stay at about what one page of letters takes."""
    driven.page.clock.install()
    driven.page.set_viewport_size({"width": 1280, "height": 4000})
    show_letters(driven.page)
    panel = Panel(driven, platform.url).open()
    expect(panel.page.locator("[data-letter]")).to_have_count(PAGE)
    nodes, listeners = counts(panel)
    for number in range(1, ROUNDS + 1):
        first = 1 + number * REPLACED
        show_letters(driven.page, first)
        driven.page.clock.run_for(PERIOD)
        expect(panel.page.locator(f"[data-letter='{first + PAGE - 1}']")).to_be_visible()
    nodes_after, listeners_after = counts(panel)
    assert nodes_after < 1.2 * nodes
    assert listeners_after < 1.2 * listeners


def counts(panel: Panel) -> tuple[int, int]:
    """Return how many nodes and listeners the page has, with those that are detached and still held."""
    session = panel.page.context.new_cdp_session(panel.page)
    session.send("HeapProfiler.collectGarbage")
    counters = session.send("Memory.getDOMCounters")
    return counters["nodes"], counters["jsEventListeners"]
