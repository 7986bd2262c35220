"""What is seen of a text: no name looks like another for what nobody sees, and no text is of that alone."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import category, normalize

# Controls, formats, private, unassigned and half ones, line and paragraph separators: PRECIS has them in no identifier
# either (RFC 8264, 4.2.3).
_UNSEEN: Final = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))
# In a text somebody may see the characters of a later Unicode and those of a private font, but nobody sees a blank.
_BLANK: Final = _UNSEEN - {"Cn", "Co"} | {"Zs"}
# Letters, marks and symbols without a glyph: the rest of Default_Ignorable_Code_Point
# (https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt), and the blank braille pattern.
_IGNORABLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]"
)


def one_form(name: str) -> str:
    r"""NFKC: full-width letters, ligatures, no-break spaces and the like are what they look like (RFC 8266, 2.1).

    >>> one_form("\uff41filiado\u00a01")
    'afiliado 1'
    """
    return name if name.isascii() else normalize("NFKC", name)


def is_visible(name: str) -> bool:
    """Whether each of its characters is."""
    return name.isascii() or not any(category(char) in _UNSEEN or _IGNORABLE.match(char) for char in name)


def is_seen(text: str) -> bool:
    """Whether any of its characters is."""
    return any(category(char) not in _BLANK and not _IGNORABLE.match(char) for char in text)
