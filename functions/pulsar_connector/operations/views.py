"""The answers of the operations API."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, cast

from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from pulsar_connector.operations import answers
    from pulsar_connector.operations.broker_statistics import Backlog
    from pulsar_connector.operations.letter import Letter, Mappings
    from pulsar_connector.operations.letter_commands import Redrives

# An answer of a function has at most 6 MB (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
# Text grows as JSON, and again as the body of the answer.
PART_BYTES: Final = 2 * 1024 * 1024


def mapeos(
    mappings: Mappings, backlogs: Mapping[str, Backlog], letters: Mapping[str, int], redrives: Mapping[str, int]
) -> answers.Mapeos:
    """Return the mappings with what waits for each."""
    return {
        "mapeos": [
            {
                "nombre": name,
                "funcion": mapping.function,
                "topicos": mapping.topics,
                "suscripcion": mapping.subscription,
                "topico_dlq": mapping.dlq_topic,
                "retraso": backlogs[name].waiting if name in backlogs else None,
                "en_vuelo": backlogs[name].unacknowledged if name in backlogs else None,
                "cartas": letters.get(name, 0),
                "reenvios": redrives.get(name, 0),
            }
            for name, mapping in sorted(mappings.items())
        ]
    }


def cartas(letters: Sequence[Letter], mappings: Mappings, *, limit: int) -> answers.Cartas:
    """Return a page; `letters` has one more letter if there is a next page."""
    page = letters[:limit]
    return {
        "cartas": [carta(letter, mappings) for letter in page],
        "limite": limit,
        "siguiente": str(page[-1].id) if len(letters) > limit else None,
    }


def carta(letter: Letter, mappings: Mappings) -> answers.Carta:
    """Return one letter."""
    impediment = letter.impediment(mappings, now=datetime.now(UTC)) if letter.state.waits else None
    return {
        "id": str(letter.id),
        "topico_dlq": letter.dlq_topic,
        "mapeo": letter.mapping,
        "funcion": letter.function,
        "topico": letter.topic,
        "suscripcion": letter.subscription,
        "recepciones": letter.receives,
        "fecha": letter.failed_at.astimezone(UTC).isoformat(),
        "motivo": letter.reason,
        "id_mensaje": letter.message_id,
        "clave": letter.key,
        "propiedades": dict(letter.properties),
        "tamano": letter.size,
        "estado": letter.state,
        "reenvio_solicitado": _zulu(letter.redrive_requested_at),
        "reenviada": _zulu(letter.redriven_at),
        "descartada": _zulu(letter.discarded_at),
        "impedimento": impediment.mensaje if impediment else letter.refusal,
    }


def carta_con_contenido(letter: Letter, mappings: Mappings, content: bytes, *, start: int) -> answers.CartaConContenido:
    """Return one letter with its content, or with the part that begins at `start`."""
    end = start + len(content)
    text = _text(content) if start == 0 and end == letter.size else None
    next_part = end if content and end < letter.size else None
    content_field = {"contenido_base64": base64.b64encode(content).decode()} if text is None else {"contenido": text}
    document = {**carta(letter, mappings), **content_field, "siguiente_byte": next_part}
    return cast("answers.CartaConContenido", document)


def reenvios(redrives: Redrives) -> answers.Reenvios:
    """Return the counts of a redrive of many letters."""
    return {
        "aceptadas": sum(redrives.accepted.values()),
        "por_topico": redrives.accepted,
        "rechazadas": sum(redrives.refused.values()),
        "rechazos": redrives.refused,
        "completo": redrives.complete,
    }


def _text(content: bytes) -> str | None:
    """Return the content as text, None if it is not UTF-8 or would be too long as JSON, as control characters are."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return text if len(decimal_json.dumps(text).encode()) <= PART_BYTES else None


def _zulu(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).isoformat()
