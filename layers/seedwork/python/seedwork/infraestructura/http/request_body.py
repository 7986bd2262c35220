"""Reads a request into a pydantic model, with Spanish messages for its errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from seedwork.infraestructura.http.problem_details import Problem, RequestError
from seedwork.infraestructura.text import decimal_json
from seedwork.infraestructura.text.json_faults import why_unreadable

M = TypeVar("M", bound=BaseModel)

MAX_BODY_BYTES: Final = 64 * 1024

_FECHA: Final = "debe ser una fecha ISO 8601, por ejemplo 2026-11-01 o 2026-11-01T05:00:00Z"
# pydantic's error types (https://docs.pydantic.dev/latest/errors/validation_errors/) that our models can raise.
_MENSAJES: Final = {
    "missing": "es obligatorio",
    "model_type": "debe ser un objeto JSON",
    "string_type": "debe ser un texto",
    "string_too_short": "debe tener al menos {min_length} carácter(es) visible(s)",
    "string_too_long": "debe tener como máximo {max_length} caracteres",
    "reserved": "no puede empezar por {prefix}",
    "string_pattern_mismatch": "tiene caracteres no admitidos",
    "invisible": "tiene caracteres invisibles",
    "string_unicode": "no es texto Unicode válido",
    "greater_than": "debe ser mayor que {gt}",
    "greater_than_equal": "debe ser mayor o igual que {ge}",
    "less_than_equal": "debe ser menor o igual que {le}",
    "finite_number": "debe ser un número finito",
    "decimal_type": "debe ser un número",
    "decimal_max_places": "admite como máximo {decimal_places} decimales",
    "int_type": "debe ser un número entero",
    "int_parsing": "debe ser un número entero",
    "int_parsing_size": "es demasiado grande",
    "datetime_type": _FECHA,
    "datetime_parsing": _FECHA,
    "datetime_from_date_parsing": _FECHA,
    "extra_forbidden": "no se admite",
    "dict_type": "debe ser un objeto JSON",
    "list_type": "debe ser una lista",
    "too_short": "debe tener al menos {min_length} elemento(s)",
    "too_long": "debe tener como máximo {max_length} elementos",
    "bool_type": "debe ser true o false",
    "bool_parsing": "debe ser true o false",
    "valor_y_moneda": "se indica junto con valor_conversion, o ninguno de los dos",
    "demasiado_profundo": "admite como máximo {depth} niveles",
    "numero_fuera_de_rango": "admite números de como máximo {characters} caracteres, escritos sin exponente",
    "sin_cambios": "no indica ningún cambio",
    "cartas_sin_elegir": "indica ids, o bien todas, mapeo, topico o topico_dlq",
    "cursor": "debe ser el valor «siguiente» de otra página",
    "enum": "debe ser uno de: {expected}",
    "uuid_type": "debe ser un UUID",
    "uuid_parsing": "debe ser un UUID",
}


def parse_body(raw: bytes, model: type[M], *, max_bytes: int = MAX_BODY_BYTES) -> M:
    """Validate a JSON body.

    Raises RequestError: 413 if the body is too large, 400 if it is not JSON, 422 with one entry of `errores` per field.
    """
    if len(raw) > max_bytes:
        raise RequestError(too_large(max_bytes))
    try:
        document = decimal_json.loads(raw, unique_names=True)
    except ValueError as error:
        detail = why_unreadable(raw, error)
        raise RequestError(Problem(status=HTTPStatus.BAD_REQUEST, codigo="json-malformado", detail=detail)) from error
    return validated(document, model)


def validated(document: Any, model: type[M]) -> M:
    """Return the document as `model`; raises RequestError (422) with one entry of `errores` per field."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise RequestError(invalid([_describe(detail) for detail in error.errors(include_url=False)])) from error


def too_large(max_bytes: int) -> Problem:
    """Return the problem of a body over its limit."""
    return Problem(
        status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        codigo="cuerpo-demasiado-grande",
        detail=f"El cuerpo admite como máximo {max_bytes} bytes.",
    )


def invalid(errores: Sequence[Mapping[str, str]]) -> Problem:
    """Return the problem of a document with invalid fields."""
    return Problem(
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        codigo="datos-no-validos",
        detail="Uno o más campos no son válidos.",
        errores=errores,
    )


def _describe(error: Mapping[str, Any]) -> dict[str, str]:
    mensaje = _MENSAJES.get(error["type"], "no es válido").format_map(error.get("ctx", {}))
    return {
        "campo": ".".join(str(part) for part in error["loc"]),
        "codigo": error["type"],
        "mensaje": mensaje.replace("' or '", "' o '"),  # pydantic's list of an enum's values
    }
