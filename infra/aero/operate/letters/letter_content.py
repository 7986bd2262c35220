"""The content of a dead letter: readable for people, complete for scripts."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

import simplejson

from aero.platform.terminal.console import printable
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from aero.operate.letters.letter import Letter

SHOWN: Final = 2_000  # characters


def body(letter: Letter) -> str:
    """Return the content for people: indented JSON, other text as it is, other bytes in Python's notation."""
    content = letter.content
    try:
        document = decimal_json.loads(content)
        return printable(simplejson.dumps(document, indent=2, ensure_ascii=False, use_decimal=True))
    except (ValueError, RecursionError):
        pass
    try:
        return printable(content.decode())
    except UnicodeDecodeError:
        return repr(content)


def beginning(letter: Letter) -> str:
    """Return the body as far as a terminal should show it, with a note on its size if it is cut."""
    text = body(letter)
    if len(text) <= SHOWN:
        return text
    size = len(letter.content)
    return f"{text[:SHOWN]}\n\nThese are the first {SHOWN:,} characters of {size:,} bytes. See --json and --raw."


def whole(letter: Letter) -> dict[str, Any]:
    """Return the letter with its content, in the form of CloudEvents' JSON: `data` for text, else `data_base64`."""
    content = letter.content
    try:
        return letter.to_dict() | {"data": content.decode()}
    except UnicodeDecodeError:
        return letter.to_dict() | {"data_base64": base64.b64encode(content).decode()}
