"""Whether a payload of Invoke is the JSON that it must be, by the rules of RFC 8259, as Lambda has them."""

import json
from typing import Final, NoReturn


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number")


# Numbers stay as they are written: Python refuses to read one of more than 4,300 digits, which is none of JSON's rules.
_DECODER: Final = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_refuse)


def objection(payload: bytes) -> str:
    """Why Lambda takes no such payload; empty for one that it takes, as none at all."""
    if not payload:
        return ""
    try:
        _DECODER.decode(payload.decode())
    except (ValueError, RecursionError) as error:
        return f"Could not parse request body into json: {error}"
    return ""
