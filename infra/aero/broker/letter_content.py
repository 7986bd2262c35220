"""What a dead letter says: for people as well as can be, and whole for scripts."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

import simplejson

from aero.platform.terminal.console import printable
from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from aero.broker.dead_letters import Letter

SHOWN: Final = 2_000  # characters


def body(letter: Letter) -> str:
    """The original bytes for people: JSON laid out, other text as it is, everything else as Python writes bytes."""
    content = letter.message.data()
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
    """As much of its body as a terminal is to show, and what there is of it."""
    text = body(letter)
    if len(text) <= SHOWN:
        return text
    size = len(letter.message.data())
    return (
        f"{text[:SHOWN]}\n\nThese are the first {SHOWN:,} characters of a letter of {size:,} bytes: see --json, --raw."
    )


def whole(letter: Letter) -> dict[str, Any]:
    """All that is known of it, with its bytes as CloudEvents has them in JSON: `data` if text, else `data_base64`."""
    content = letter.message.data()
    try:
        return letter.to_dict() | {"data": content.decode()}
    except UnicodeDecodeError:
        return letter.to_dict() | {"data_base64": base64.b64encode(content).decode()}
