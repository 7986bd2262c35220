"""The descriptive fields of an event: cleaned, cut or left out, but never a reason to refuse the event.

The strict fields are those that count, are paid or prove something: type, affiliate, campaign, value, time, the
sender's id, source, and the sender's own data. All other fields come from pages, browsers and applications, where a
refusal is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from event_collector.infraestructura.http.url import UTM, normalized
from seedwork.dominio.huella import numero
from seedwork.infraestructura.text.number_limit import MAX_CHARACTERS, plain_characters

if TYPE_CHECKING:
    from event_collector.dominio.evento import DatosDelEvento, Visita

URL: Final = 2_048
SHORT: Final = 100
ID: Final = 200
LONG: Final = 1_000  # for a header or a parameter's value
MAX_PARAMETERS: Final = 100

# Control characters and lone surrogates: PostgreSQL stores no NUL, and UTF-8 encodes no surrogate (RFC 3629, 3).
# Browsers remove line breaks and tabs from addresses too (url.spec.whatwg.org, "URL parsing").
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# Logs write "-" for an empty value, and browsers send about:blank for a typed address (RFC 9110, 10.1.3).
_EMPTY: Final = frozenset(("", "-", "about:blank"))
_PROGRAM: Final = re.compile(r"(?:java|vb)script:", re.IGNORECASE)


def clean(text: str) -> str:
    """Return the text without unstorable characters and surrounding blanks."""
    return _UNSAFE.sub("", text).strip()


def lenient_text(value: object) -> str | None:
    """Return a non-empty text, a number in its canonical form, or a JSON boolean; None for any other value."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, Decimal)):
        return numero(value) if plain_characters(value) <= MAX_CHARACTERS else None
    text = clean(value) if isinstance(value, str) else ""
    return None if text in _EMPTY else text


def address(value: object) -> str | None:
    """Return an address as it is, or None for an empty one or a script (`javascript:`)."""
    text = lenient_text(value)
    return None if text is None or _PROGRAM.match(text) else text


def parameters(value: object) -> dict[str, str]:
    """Return the parameters that have text, those of campaigns with lower-case names."""
    if not isinstance(value, dict):
        return {}
    pairs = ((clean(name), lenient_text(member)) for name, member in value.items())
    return {_campaigns_in_lower_case(name): text for name, text in pairs if name and text is not None}


def cut(datos: DatosDelEvento) -> DatosDelEvento:
    """Return the data cut to their stored lengths. Events that differ only in the cut parts are still two events."""
    dispositivo = datos.dispositivo
    return replace(
        datos,
        id_oferta=_first(datos.id_oferta, SHORT),
        url=_first(datos.url, URL),
        parametros_tracking={
            name[:SHORT]: text[:LONG] for name, text in islice(datos.parametros_tracking.items(), MAX_PARAMETERS)
        },
        dispositivo=replace(
            dispositivo,
            tipo=_first(dispositivo.tipo, SHORT),
            identificador=_first(dispositivo.identificador, ID),
            sistema_operativo=_first(dispositivo.sistema_operativo, SHORT),
            navegador=_first(dispositivo.navegador, SHORT),
            resolucion_pantalla=_first(dispositivo.resolucion_pantalla, SHORT),
        ),
        id_cliente=_first(datos.id_cliente, LONG),
        hash_validacion=_first(datos.hash_validacion, LONG),
    )


def cut_visit(visita: Visita) -> Visita:
    """Return the visitor's data cut to their stored lengths."""
    return replace(
        visita,
        id_sesion=_first(visita.id_sesion, LONG),
        user_agent=_first(visita.user_agent, LONG),
        referrer=_first(visita.referrer, URL),
    )


def header(headers: Mapping[str, str], name: str) -> str | None:
    """Return the text of a header, by its lower-case name; None for an empty one."""
    return lenient_text(headers.get(name))


def _first(text: str | None, length: int) -> str | None:
    return text and text[:length]


def _upper(text: str | None) -> str | None:
    return text and text.upper().replace("-", "_")


def _campaigns_in_lower_case(name: str) -> str:
    return name.lower() if name.lower().startswith(UTM) else name


def _said(description: str) -> WithJsonSchema:
    """Describe a field that never refuses: any value is read."""
    return WithJsonSchema({"description": f"{description} Anything else is left out."})


_DICHO: Final = _said("A text; a number or a boolean counts as its text.")
_DIRECCION: Final = _said("An address, cleaned and cut.")

Dicho = Annotated[str | None, BeforeValidator(lenient_text), _DICHO]
DichoEnMayusculas = Annotated[str | None, BeforeValidator(lenient_text), AfterValidator(_upper), _DICHO]
Direccion = Annotated[str | None, BeforeValidator(address), _DIRECCION]
Url = Annotated[str | None, BeforeValidator(address), AfterValidator(normalized), _DIRECCION]
ParametrosTracking = Annotated[dict[str, str], BeforeValidator(parameters), _said("Texts by name.")]
