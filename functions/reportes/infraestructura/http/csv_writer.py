"""Writes CSV (RFC 4180) that is safe in spreadsheets: no text in it can become a formula.

A cell is a formula if it begins with one of certain characters
(https://owasp.org/www-community/attacks/CSV_Injection). In many locales a spreadsheet takes `;` or a tab as the
separator. It then sees cells begin in the middle of ours, and our quotes do not protect them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final
from unicodedata import category, normalize

Cell = str | int | Decimal

TEXT: Final = "'"
"""A cell that begins with it is text in every spreadsheet."""
_SEPARATORS: Final = frozenset(",;|\t\r\n")
_STARTERS: Final = frozenset("=+-@\N{MINUS SIGN}")
_STARTERS_OF_ALL: Final = frozenset("\t\r\n")
# Characters not visible before the first visible one: controls, formats, blanks, marks without a letter, quotes; also
# the Hangul fillers and the empty Braille pattern, which Unicode counts as letters and symbols.
_UNSEEN: Final = frozenset(("Cc", "Cf", "Cn", "Co", "Mn", "Me", "Zs", "Zl", "Zp"))
_BLANKS: Final = frozenset('"\u115f\u1160\u2800\u3164\uffa0')


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """Return lines that end in CRLF; texts are quoted and harmless, numbers stay numbers."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue()


def harmless(text: str) -> str:
    """Return the text with an apostrophe before each possible beginning of a formula.

    >>> harmless("=1+1"), harmless("Verano; =1+1"), harmless("a=1")
    ("'=1+1", "Verano;' =1+1", 'a=1')
    """
    parts: list[str] = []
    begins: int | None = 0  # where the cell begins, until a visible character of it is found
    for character in text:
        if begins is not None and (_starts_a_formula(character) or (begins == 0 and character in _STARTERS_OF_ALL)):
            parts.insert(begins, TEXT)
            begins = None
        parts.append(character)
        if character in _SEPARATORS:
            begins = len(parts)
        elif not _is_unseen(character):
            begins = None
    return "".join(parts)


def _starts_a_formula(character: str) -> bool:
    """Whether it can start a formula; in some locales a full-width character counts like its ASCII form."""
    return character in _STARTERS or (not character.isascii() and normalize("NFKC", character)[:1] in _STARTERS)


def _is_unseen(character: str) -> bool:
    return character in _BLANKS or category(character) in _UNSEEN
