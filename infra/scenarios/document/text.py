"""Foreign texts in the report: shown in one line, as they are."""

from __future__ import annotations

from html import escape
from typing import Final

from aero.platform.terminal.console import printable

_MARKDOWN: Final = frozenset(r"\`*_<>[]#|")


def as_html(text: str) -> str:
    """Return the text as HTML, also for an attribute in quotation marks."""
    return escape(_one_line(text))


def as_markdown(text: str) -> str:
    """Return the text as Markdown, also for a cell of a table."""
    return "".join(f"\\{letter}" if letter in _MARKDOWN else letter for letter in _one_line(text))


def _one_line(text: str) -> str:
    return printable(" ".join(text.split()))
