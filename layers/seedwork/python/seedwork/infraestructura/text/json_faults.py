"""Explains in Spanish why a text is no readable JSON."""

from __future__ import annotations

import re
from typing import Final

from simplejson import JSONDecodeError

from seedwork.infraestructura.text.decimal_json import RepeatedNameError

MAX_NAME: Final = 100
_NO_NUMBER: Final = re.compile(r"-?(?:NaN|Infinity)")


def why_unreadable(raw: bytes, error: ValueError) -> str:
    """Return the explanation of an error of `decimal_json.loads`."""
    if not raw.strip():
        return "El cuerpo está vacío: debe ser un documento JSON."
    match error:
        case UnicodeDecodeError():
            return f"El cuerpo no está en UTF-8: el octeto {error.start + 1} no puede leerse."
        case RepeatedNameError():
            name = error.name[:MAX_NAME].encode(errors="replace").decode()
            return f"El cuerpo dice «{name}» más de una vez en el mismo objeto JSON."
        case JSONDecodeError():
            place = f"línea {error.lineno}, columna {error.colno}"
            if _NO_NUMBER.match(error.doc, error.pos):
                return f"El cuerpo no es un documento JSON válido: NaN e Infinity no son JSON ({place})."
            return f"El cuerpo no es un documento JSON válido: hay un error en la {place}."
        case _:
            return "El cuerpo está demasiado anidado."
