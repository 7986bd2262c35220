"""JSON in which numbers with a decimal point are `Decimal`, both ways, and never a float."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import simplejson

# Made once: `simplejson.loads` and `dumps` make them anew each time.
_DECODER: Final = simplejson.JSONDecoder(parse_float=Decimal)
_ENCODER: Final = simplejson.JSONEncoder(use_decimal=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def loads(text: str | bytes) -> Any:
    """Parse JSON; raises ValueError for anything that RFC 8259 does not allow, NaN and Infinity included.

    >>> loads('{"monto": 100.50}')
    {'monto': Decimal('100.50')}
    """
    try:
        return _DECODER.decode(text.decode() if isinstance(text, bytes) else text)
    except RecursionError:
        raise ValueError("too deeply nested") from None


def dumps(value: Any) -> str:
    """Serialise compactly, decimals as JSON numbers with their own digits; a float that is not finite is a ValueError.

    >>> dumps({"monto": Decimal("100.50")})
    '{"monto":100.50}'
    """
    return str(_ENCODER.encode(value))
