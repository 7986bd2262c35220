"""CSV (RFC 4180) of which no spreadsheet makes anything but a table: no text in it is a formula, however it is read.

https://owasp.org/www-community/attacks/CSV_Injection: a cell is a formula if it begins with one of some characters. A
spreadsheet may take `;` or a tab for the separator, as those of half the world do. For it a cell begins in the middle
of ours, and our quotes are none.
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
"""A cell that begins with it is text to every spreadsheet."""
_SEPARATORS: Final = frozenset(",;|\t\r\n")
_STARTERS: Final = frozenset("=+-@\N{MINUS SIGN}")
_STARTERS_OF_ALL: Final = frozenset("\t\r\n")
# Before the first character that is seen: controls, formats, blanks, marks without a letter, quotes; fillers of Hangul
# and an empty Braille pattern, which Unicode counts among letters and symbols.
_UNSEEN: Final = frozenset(("Cc", "Cf", "Cn", "Co", "Mn", "Me", "Zs", "Zl", "Zp"))
_BLANKS: Final = frozenset('"\u115f\u1160\u2800\u3164\uffa0')


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """Lines that end in CRLF; texts are quoted and harmless, numbers stay numbers."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return text.getvalue()


def harmless(text: str) -> str:
    """The text, with an apostrophe before whatever a spreadsheet could take for the beginning of a formula.

    >>> harmless("=1+1"), harmless("Verano; =1+1"), harmless("a=1")
    ("'=1+1", "Verano;' =1+1", 'a=1')
    """
    parts: list[str] = []
    begins: int | None = 0  # where the cell begins, as long as nothing of it is seen
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
    """Also another form of one, such as a full-width one: in some languages a spreadsheet takes it for the same."""
    return character in _STARTERS or (not character.isascii() and normalize("NFKC", character)[:1] in _STARTERS)


def _is_unseen(character: str) -> bool:
    return character in _BLANKS or category(character) in _UNSEEN
