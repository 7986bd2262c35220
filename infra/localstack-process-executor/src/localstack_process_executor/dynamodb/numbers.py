"""DynamoDB's numbers are decimals of at most 38 digits, in one spelling.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
"""

import re
from collections.abc import Callable
from decimal import Context, Decimal, Inexact, Overflow, Subnormal
from typing import Final

from moto.dynamodb.exceptions import MockValidationException as ValidationError

NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", re.ASCII)
DIGITS: Final = 38
NUMBERS: Final = Context(prec=DIGITS, Emin=-130, Emax=125, traps=[Inexact, Overflow, Subnormal])


def read_number(text: str) -> str:
    """Return the number as DynamoDB stores it; raises ValidationError if it is not a number or has too many digits."""
    if text.isdecimal() and len(text) <= DIGITS and text[0] != "0" and text.isascii():
        return text
    if not NUMBER.fullmatch(text):
        raise ValidationError(f"The parameter cannot be converted to a numeric value: {text}")
    return _in_range(lambda: NUMBERS.create_decimal(text))


def add(augend: str, addend: str) -> str:
    """Return the exact sum; raises ValidationError if DynamoDB cannot store it."""
    return _in_range(lambda: NUMBERS.add(Decimal(augend), Decimal(addend)))


def subtract(minuend: str, subtrahend: str) -> str:
    """Return the exact difference; raises ValidationError if DynamoDB cannot store it."""
    return _in_range(lambda: NUMBERS.subtract(Decimal(minuend), Decimal(subtrahend)))


def _in_range(compute: Callable[[], Decimal]) -> str:
    try:
        number = compute()
    except Overflow:
        message = "Number overflow. Attempting to store a number with magnitude larger than supported range"
        raise ValidationError(message) from None
    except Subnormal:
        message = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
        raise ValidationError(message) from None
    except Inexact:
        raise ValidationError(f"Attempting to store more than {DIGITS} significant digits in a Number") from None
    return format(number.normalize(NUMBERS), "f") if number else "0"
