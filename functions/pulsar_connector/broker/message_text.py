"""What a message says beside its bytes, also where another producer wrote what is no text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pulsar


def readable_properties(message: pulsar.Message) -> dict[str, str]:
    """Its properties; none of them where one is not UTF-8, since the client then gives none."""
    try:
        return dict(message.properties())
    except ValueError:
        return {}


def readable_key(message: pulsar.Message) -> str | None:
    """Its key; None where it has none, or one that is not UTF-8."""
    try:
        return message.partition_key() or None
    except ValueError:
        return None


def without_halves(text: str) -> str:
    """The text in which each half of a character is a question mark: it cannot be encoded, thus not sent."""
    return text.encode(errors="replace").decode()
