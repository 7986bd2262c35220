"""Checks the visibility of texts: invisible characters must not distinguish names, nor be all of a text."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import category, normalize

# Controls, formats, private-use, unassigned and surrogate characters, line and paragraph separators: PRECIS forbids
# them in identifiers too (RFC 8264, 4.2.3).
_UNSEEN: Final = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))
# In a text, characters of a later Unicode or of a private font may be visible to its reader, but blanks never are.
_BLANK: Final = _UNSEEN - {"Cn", "Co"} | {"Zs"}
# Letters, marks and symbols without a glyph: the rest of Default_Ignorable_Code_Point
# (https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt), and the blank braille pattern.
_IGNORABLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)


def one_form(name: str) -> str:
    r"""Return the name in NFKC: full-width letters, ligatures, no-break spaces become plain ones (RFC 8266, 2.1).

    >>> one_form("\uff41filiado\u00a01")
    'afiliado 1'
    """
    return name if name.isascii() else normalize("NFKC", name)


def is_visible(name: str) -> bool:
    """Whether all characters are visible."""
    return name.isascii() or not any(category(char) in _UNSEEN or _IGNORABLE.match(char) for char in name)


def is_seen(text: str) -> bool:
    """Whether any character is visible."""
    return any(category(char) not in _BLANK and not _IGNORABLE.match(char) for char in text)
