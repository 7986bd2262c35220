"""What is said of an event beside the fact: cleaned, cut or left out, never a reason to lose the event.

The fact is what counts, is paid or is proven: the type, the affiliate, the campaign, the value, the time, the sender's
id for it, who sends it, and the data of the sender's own. All else comes from pages, browsers and applications, where a
refusal is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import AfterValidator, BeforeValidator

from event_collector.infraestructura.http.url import UTM, normalized
from seedwork.dominio.huella import numero
from seedwork.infraestructura.text.number_limit import MAX_CHARACTERS, plain_characters

if TYPE_CHECKING:
    from event_collector.dominio.evento import DatosDelEvento, Visita

URL: Final = 2_048
SHORT: Final = 100
ID: Final = 200
LONG: Final = 1_000  # a header, the value of a parameter
MAX_PARAMETERS: Final = 100

# Controls and halves of characters: PostgreSQL takes no NUL and UTF-8 no half (RFC 3629, 3); a browser, too, takes line
# breaks and tabs out of an address (url.spec.whatwg.org, "URL parsing").
_UNSAYABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# What logs write for nothing, and what browsers send for "typed by hand" (RFC 9110, 10.1.3).
_NOTHING: Final = frozenset(("", "-", "about:blank"))
_PROGRAM: Final = re.compile(r"(?:java|vb)script:", re.IGNORECASE)


def clean(text: str) -> str:
    """Without what cannot be stored, and without blanks around it."""
    return _UNSAYABLE.sub("", text).strip()


def said(value: object) -> str | None:
    """Text that says something; a number of a size in its one form, booleans as JSON has them, of others nothing."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, Decimal)):
        return numero(value) if plain_characters(value) <= MAX_CHARACTERS else None
    text = clean(value) if isinstance(value, str) else ""
    return None if text in _NOTHING else text


def address(value: object) -> str | None:
    """Where something is: a URL of the web in one form, others as they are; a program is no address."""
    text = said(value)
    return None if text is None or _PROGRAM.match(text) else text


def parameters(value: object) -> dict[str, str]:
    """Names and texts, those of campaigns in lower case; what says nothing is left out."""
    if not isinstance(value, dict):
        return {}
    told = ((clean(name), said(member)) for name, member in value.items())
    return {_campaigns_in_lower_case(name): text for name, text in told if name and text is not None}


def cut(datos: DatosDelEvento) -> DatosDelEvento:
    """As much of it as is kept. Two events that differ in the rest are two: they are told apart before."""
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
    """The same of what the request tells."""
    return replace(
        visita,
        id_sesion=_first(visita.id_sesion, LONG),
        user_agent=_first(visita.user_agent, LONG),
        referrer=_first(visita.referrer, URL),
    )


def header(headers: Mapping[str, str], name: str) -> str | None:
    """What a header says, by its name in lower case."""
    return said(headers.get(name))


def _first(text: str | None, length: int) -> str | None:
    return text and text[:length]


def _upper(text: str | None) -> str | None:
    return text and text.upper().replace("-", "_")


def _campaigns_in_lower_case(name: str) -> str:
    return name.lower() if name.lower().startswith(UTM) else name


Dicho = Annotated[str | None, BeforeValidator(said)]
DichoEnMayusculas = Annotated[str | None, BeforeValidator(said), AfterValidator(_upper)]
Direccion = Annotated[str | None, BeforeValidator(address)]
Url = Annotated[str | None, BeforeValidator(address), AfterValidator(normalized)]
ParametrosTracking = Annotated[dict[str, str], BeforeValidator(parameters)]
