"""A page driven by Playwright that records everything a page of ours must not do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from shutil import which
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, Route, expect, sync_playwright

from support.browser.chromium import CHROMIUM, OPTIONS

SECONDS: Final = 30_000  # in milliseconds; the machine may be busy
# A page has its own origin, so its blob: and data: URLs do not leave the machine.
_INLINE: Final = {"about", "blob", "data"}


class DrivenPage:
    """A page in a context of its own. `page` is Playwright's; `faults` says what the page did wrong.

    A request that leaves loopback is a fault and is not sent. Other faults are errors in the console, which include
    violations of the Content-Security-Policy, exceptions of scripts, and answers of 400 or more. `expected` has parts
    of the faults that a test provokes.
    """

    def __init__(self, browser: Browser, **context: Any) -> None:
        self._context = browser.new_context(**context)
        self._context.set_default_timeout(SECONDS)
        self._context.route("**/*", self._guard)
        self.expected: list[str] = []
        self._faults: list[str] = []
        self.page: Page = self._context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self._faults.append(f"exception: {error}"))
        self.page.on("response", self._response)

    @property
    def faults(self) -> list[str]:
        """What went wrong so far, without what is expected."""
        return [fault for fault in self._faults if not any(part in fault for part in self.expected)]

    def close(self) -> None:
        """Close the page, and fail if it did anything wrong."""
        self._context.close()
        assert self.faults == []

    def _guard(self, route: Route) -> None:
        if is_local(route.request.url):
            route.continue_()
        else:
            self._faults.append(f"leaves the machine: {route.request.url}")
            route.abort()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._faults.append(f"console: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self._faults.append(f"answer: {response.status} {_path(response.request)}")


def is_local(url: str) -> bool:
    """Return whether a URL stays on this machine.

    >>> [is_local(url) for url in ("http://127.0.0.1:1/", "http://localhost/", "data:,a", "https://example.com/localhost")]
    [True, True, True, False]
    """
    parts = urlsplit(url)
    if parts.scheme in _INLINE:
        return True
    host = parts.hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _path(request: Request) -> str:
    return f"{request.method} {urlsplit(request.url).path}"


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Start Chromium, which makes no requests of its own."""
    expect.set_options(timeout=SECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=which(CHROMIUM), args=list(OPTIONS))
        try:
            yield browser
        finally:
            browser.close()
