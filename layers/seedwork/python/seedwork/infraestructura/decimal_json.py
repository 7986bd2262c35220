"""JSON in which numbers with a decimal point are `Decimal`, both ways, and never a float."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NoReturn

import simplejson


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def loads(text: str | bytes) -> Any:
    """Parse JSON; raises ValueError for anything that RFC 8259 does not allow, NaN and Infinity included.

    >>> loads('{"monto": 100.50}')
    {'monto': Decimal('100.50')}
    """
    try:
        return simplejson.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("too deeply nested") from None


def dumps(value: Any) -> str:
    """Serialise compactly, decimals as JSON numbers with their own digits; a float that is not finite is a ValueError.

    >>> dumps({"monto": Decimal("100.50")})
    '{"monto":100.50}'
    """
    return str(
        simplejson.dumps(value, use_decimal=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")),
    )
