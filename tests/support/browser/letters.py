"""Dead letters that only the page sees: the answers of the operations API's list, made up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.aero.fake_office import a_letter

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

PAGE = 50


def show_letters(page: Page, first: int = 1, **fields: Any) -> None:
    """Let the page read fifty letters from the id `first` on; called again, it reads the next ones."""
    letters = [a_letter(str(number), **fields) for number in range(first, first + PAGE)]
    for letter in letters:
        del letter["bytes"]

    def answer(route: Route) -> None:
        route.fulfill(json={"cartas": letters, "limite": PAGE, "siguiente": None})

    def opened(route: Route) -> None:
        route.fulfill(json=letters[0] | {"contenido": "x" * 3_000, "siguiente_byte": None})

    page.route("**/connector/dead-letters?*", answer)
    page.route("**/connector/dead-letters/*", opened)
