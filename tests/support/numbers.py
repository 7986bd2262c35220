"""JSON numbers that are no amount of money in any reading."""

from __future__ import annotations

from typing import Final

# RFC 8259, 6, limits neither digits nor exponents, but Python's Decimal and int do, and so does each field.
NO_AMOUNTS: Final = (
    "1e99999999999999999999", "-1e99999999999999999999", "1e-99999999999999999999", "1e999999999999999999",
    "1e-999999999999999999", "0e-999999999999", "1e400", "1e-400", "9" * 5_000, "1." + "0" * 5_000 + "1",
)  # fmt: skip
