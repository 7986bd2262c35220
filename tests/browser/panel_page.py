"""The panel as a reader sees it: what a test looks for on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from support.browser.driven_page import DrivenPage

# A payment is not in the reports for a moment, which the page learns by a 404.
NOT_COUNTED_YET: Final = ("404", "/api/reports/payments/")


class Panel:
    """The panel in a driven page."""

    def __init__(self, driven: DrivenPage, root: str) -> None:
        self._root = root
        self.page: Page = driven.page
        driven.expected += NOT_COUNTED_YET

    def open(self, address: str = "#/") -> Panel:
        """Open an address of the page, and wait until it knows the platform."""
        self.page.goto(f"{self._root}/{address}")
        expect(self.sentence).not_to_contain_text("Mirando")
        return self

    @property
    def sentence(self) -> Locator:
        """The strip's sentence."""
        return self.page.locator("#sentence")

    @property
    def dialog(self) -> Locator:
        """The question before an action."""
        return self.page.get_by_role("dialog")

    @property
    def told(self) -> Locator:
        """What the page says after an action."""
        return self.page.locator(".told")

    def lane(self, title: str) -> Locator:
        """The lane with that title."""
        return self.page.get_by_role("region", name=title)

    def part(self, title: str) -> Locator:
        """A part of the page, scrolled to, so that it is read."""
        part = self.page.get_by_role("region", name=title, exact=True)
        part.scroll_into_view_if_needed()
        return part

    def confirm(self, button: str) -> None:
        """Press the dialog's button."""
        self.dialog.get_by_role("button", name=button).click()
        expect(self.dialog).to_be_hidden()

    def is_wider_than_its_window(self) -> bool:
        """Whether the page scrolls sideways."""
        wider: bool = self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        return wider
