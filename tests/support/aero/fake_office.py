"""A stand-in for the connector's operations API, with dead letters in memory."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

PART = 4  # bytes of a content in one answer


def a_letter(letter_id: str = "3", content: bytes = b"", **fields: Any) -> dict[str, Any]:
    """Make the API's document of a letter, with its content in `bytes`."""
    document = {
        "id": letter_id, "topico_dlq": "payments.DLQ", "mapeo": "m", "funcion": "f", "topico": "payments.evt.pending",
        "suscripcion": "s", "recepciones": 50, "fecha": "2026-01-15T10:30:00.100000+00:00", "motivo": "no",
        "id_mensaje": "(7,3,-1,-1)", "clave": None, "propiedades": {}, "tamano": len(content), "estado": "PENDIENTE",
        "reenvio_solicitado": None, "reenviada": None, "descartada": None, "impedimento": None, "bytes": content,
    }  # fmt: skip
    return document | fields


@dataclass
class FakeOffice:
    """The letters that wait, by id; a redriven letter goes to `sent`, a discarded one to `discarded`.

    `mappings` are the deployed ones.
    """

    waiting: dict[str, dict[str, Any]]
    url: str = ""
    mappings: tuple[str, ...] = ("a", "c")
    sent: list[str] = field(default_factory=list)
    discarded: list[str] = field(default_factory=list)
    gone: dict[str, dict[str, Any]] = field(default_factory=dict)

    def answer(self, method: str, target: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Answer a request."""
        path, query = urlsplit(target).path, {n: v[-1] for n, v in parse_qs(urlsplit(target).query).items()}
        parts = path.removeprefix("/connector/").split("/")
        if len(parts) > 1 and parts[1] != "redrive":
            return self._of_letter(method, parts[1], query)
        match method, parts:
            case "GET", ["mappings"]:
                return 200, {"mapeos": [{"nombre": name, "topico_dlq": "payments.DLQ"} for name in self.mappings]}
            case "GET", ["dead-letters"]:
                return 200, self._page(query)
            case "POST", ["dead-letters", "redrive"]:
                return 202, self._redrive_all(body)
        return 405, {"detail": "No."}

    def _of_letter(self, method: str, letter_id: str, query: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if letter_id not in self.waiting | self.gone:
            return 404, {"detail": "No existe esa carta muerta."}
        if method == "POST":
            return self._redrive(letter_id)
        if method == "DELETE":
            self.gone[letter_id] = self.waiting.pop(letter_id) | {"descartada": "2026-01-15T11:00:00+00:00"}
            self.discarded.append(letter_id)
        return 200, _shown((self.waiting | self.gone)[letter_id], start=int(query.get("desde", 0)))

    def _page(self, query: dict[str, str]) -> dict[str, Any]:
        ours = [
            letter
            for letter in self.waiting.values()
            if query.get("topico_dlq") in {None, letter["topico_dlq"]}
            and query.get("mapeo") in {None, letter["mapeo"]}
            and query.get("estado") in {None, letter["estado"]}
            and int(letter["id"]) > int(query.get("cursor", 0))
        ]
        limit = int(query["limite"])
        shown = [{name: value for name, value in letter.items() if name != "bytes"} for letter in ours[:limit]]
        return {"cartas": shown, "limite": limit, "siguiente": ours[limit - 1]["id"] if len(ours) > limit else None}

    def _redrive(self, letter_id: str) -> tuple[int, dict[str, Any]]:
        if letter_id in self.gone or self.waiting[letter_id]["impedimento"]:
            return 409, {"detail": (self.waiting | self.gone)[letter_id]["impedimento"] or "La carta ya no espera."}
        self.gone[letter_id] = self.waiting.pop(letter_id) | {"reenviada": "2026-01-15T11:00:00+00:00"}
        self.sent.append(letter_id)
        return 202, _shown(self.gone[letter_id])

    def _redrive_all(self, body: dict[str, Any]) -> dict[str, Any]:
        query = {name: text for name, text in body.items() if name != "todas"} | {"limite": "1000"}
        chosen = [letter for letter in self._page(query)["cartas"] if not letter["impedimento"]]
        for letter in chosen:
            self._redrive(letter["id"])
        topics = [letter["topico"] for letter in chosen]
        refused = len(self._page(query)["cartas"])
        return {
            "aceptadas": len(chosen), "por_topico": {topic: topics.count(topic) for topic in topics},
            "rechazadas": refused, "rechazos": {}, "completo": True,
        }  # fmt: skip


def _shown(letter: dict[str, Any], *, start: int = 0) -> dict[str, Any]:
    content: bytes = letter["bytes"]
    part = content[start : start + PART]
    end = start + len(part)
    shown = {name: value for name, value in letter.items() if name != "bytes"}
    shown["siguiente_byte"] = end if end < len(content) else None
    try:
        if start == 0 and end == len(content):
            return shown | {"contenido": part.decode()}
    except UnicodeDecodeError:
        pass
    return shown | {"contenido_base64": base64.b64encode(part).decode()}


@contextmanager
def fake_office(letters: list[dict[str, Any]]) -> Iterator[FakeOffice]:
    """Serve such an API during the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, document = office.answer(self.command, self.path, json.loads(body or b"{}"))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def do_POST(self) -> None:
            self.do_GET()

        def do_DELETE(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *_: Any) -> None:  # noqa: A002 - the base class's name
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        office = FakeOffice({letter["id"]: letter for letter in letters}, url=f"http://127.0.0.1:{server.server_port}")
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield office
        server.shutdown()
