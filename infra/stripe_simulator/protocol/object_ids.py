"""Makes ids in Stripe's form: a prefix for the kind, then random letters and digits."""

from __future__ import annotations

import secrets
import string
from typing import Final

_ALPHABET: Final = (string.digits + string.ascii_letters).encode()
_LETTER_OF_BYTE: Final = bytes(_ALPHABET[byte % len(_ALPHABET)] for byte in range(256))


def new_id(prefix: str, length: int = 24) -> str:
    """Make a new id, e.g. `tr_4fQ…`."""
    return f"{prefix}_{secrets.token_bytes(length).translate(_LETTER_OF_BYTE).decode()}"
