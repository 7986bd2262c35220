"""A dead letter as the operations API answers with it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter without its content, unless it was asked for by its id.

    A message that did not come from the bridge has no mapping and no topic, and cannot be redriven. `impediment` is the
    reason why a letter cannot be redriven; `is_sent` means that its topic has it again.
    """

    id: str
    dlq_topic: str
    mapping: str
    function: str
    topic: str
    subscription: str
    receive_count: str
    time: str
    reason: str
    message_id: str
    key: str
    properties: Mapping[str, str]
    size: int
    impediment: str
    is_sent: bool
    content: bytes = b""

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """Read the API's document."""
        return cls(
            id=document["id"],
            dlq_topic=document["topico_dlq"],
            mapping=document["mapeo"],
            function=document["funcion"],
            topic=document["topico"],
            subscription=document["suscripcion"],
            receive_count="" if document["recepciones"] is None else str(document["recepciones"]),
            time=document["fecha"],
            reason=document["motivo"],
            message_id=document["id_mensaje"],
            key=document["clave"] or "",
            properties=document["propiedades"],
            size=document["tamano"],
            impediment=document["impedimento"] or "",
            is_sent=document["reenviada"] is not None,
        )

    def with_more(self, document: Mapping[str, Any]) -> Self:
        """Return the letter with the content, or its next part, in the API's document."""
        text = document.get("contenido")
        part = base64.b64decode(document["contenido_base64"]) if text is None else text.encode()
        return replace(self, content=self.content + part)

    def to_dict(self) -> dict[str, Any]:
        """Return the letter without its content as a document for scripts."""
        return {
            "id": self.id,
            "time": self.time,
            "mapping": self.mapping,
            "function": self.function,
            "topic": self.topic,
            "subscription": self.subscription,
            "message_id": self.message_id,
            "receive_count": self.receive_count,
            "reason": self.reason,
            "key": self.key,
            "properties": dict(self.properties),
            "size": self.size,
        }
