"""Fixtures of tests of pages: a driven browser whose pages must do nothing wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from browser.panel_page import Panel
from support.browser.driven_page import DrivenPage, a_browser
from support.browser.prefix_proxy import below_a_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from support.platform.platform import Platform


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, started once."""
    with a_browser() as browser:
        yield browser


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[Callable[..., DrivenPage]]:
    """Make a page, with options of Playwright's `new_context`. At the end each must have done nothing wrong."""
    with ExitStack() as pages:

        def make(**context: Any) -> DrivenPage:
            page = DrivenPage(chromium, **context)
            pages.callback(page.close)
            return page

        yield make


@pytest.fixture
def driven(new_page: Callable[..., DrivenPage]) -> DrivenPage:
    """One page."""
    return new_page()


@pytest.fixture
def panel(platform: Platform, driven: DrivenPage) -> Panel:
    """The panel, not opened yet."""
    return Panel(driven, platform.url)


@pytest.fixture
def below_prod(platform: Platform) -> Iterator[str]:
    """The URL of the site below /prod/."""
    with below_a_path(platform.url) as url:
        yield url
