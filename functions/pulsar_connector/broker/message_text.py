"""Reads a message's key and properties, which another producer may have written as bytes that are not UTF-8."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pulsar


def readable_properties(message: pulsar.Message) -> dict[str, str]:
    """Return the properties; if one of them is not UTF-8, the client gives none, so neither does this."""
    try:
        return dict(message.properties())
    except ValueError:
        return {}


def readable_key(message: pulsar.Message) -> str | None:
    """Return the key, or None if there is none or it is not UTF-8."""
    try:
        return message.partition_key() or None
    except ValueError:
        return None


def without_halves(text: str) -> str:
    """Replace unpaired surrogates by question marks: they cannot be encoded, so the text could not be sent."""
    return text.encode(errors="replace").decode()
