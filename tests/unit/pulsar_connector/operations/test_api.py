"""The operations API: its answers and refusals."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pulsar_connector import api
from pulsar_connector.operations import views
from pulsar_connector.operations.letter import Estado
from pulsar_connector.operations.letter_queries import Filters
from support.builders import AHORA
from support.lambda_events import FakeContext, proxy_event, sample
from support.pulsar_connector.fake_letters import MAPPINGS, FakeLetters, una_carta
from support.samples import samples_of

LETTERS = "/connector/dead-letters"
SAMPLES = {
    "connector-api/get-mappings": 200,
    "connector-api/get-outboxes": 200,
    "connector-api/get-dead-letters": 200,
    "connector-api/get-dead-letter": 404,  # the letter of the samples does not exist
    "connector-api/post-redrive": 404,
    "connector-api/post-redrives": 202,
    "connector-api/delete-dead-letter": 404,
}


def serve(monkeypatch: pytest.MonkeyPatch, letters: FakeLetters) -> FakeLetters:
    """Let the API work on these letters."""
    for name in ("queries", "commands", "statistics"):
        monkeypatch.setattr(api, name, lambda: letters)
    monkeypatch.setattr(api, "mappings", lambda: MAPPINGS)
    return letters


def ask(method: str, path: str, *, query: dict[str, str] | None = None, body: Any = None) -> tuple[int, Any]:
    """Send a request; return status and document."""
    parts = path.removeprefix(LETTERS).strip("/").split("/")
    is_letter = path.startswith(f"{LETTERS}/") and parts[0] != "redrive"
    resource = "/".join([LETTERS, "{id_carta}", *parts[1:]]) if is_letter else path
    event = proxy_event(
        method, path, resource=resource, body=None if body is None else json.dumps(body),
        path_parameters={"id_carta": parts[0]} if is_letter else None,
    )  # fmt: skip
    event["multiValueQueryStringParameters"] = {name: [value] for name, value in (query or {}).items()}
    answer = api.app(event, FakeContext())
    return answer["statusCode"], json.loads(answer["body"])


def test_no_sample_is_forgotten() -> None:
    """Each sample is listed above."""
    assert samples_of("pulsar_connector") == SAMPLES.keys()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_answered(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer has the sample's status."""
    serve(monkeypatch, FakeLetters())
    assert api.app(sample(name), FakeContext())["statusCode"] == SAMPLES[name]


def test_letters_are_listed_by_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """`siguiente` of a page is `cursor` of the next one; filters and state reach the query."""
    letters = serve(monkeypatch, FakeLetters(*(una_carta(number) for number in (1, 2, 3))))
    status, first = ask("GET", LETTERS, query={"limite": "2", "mapeo": "m", "topico": "t", "estado": "REENVIADA"})
    assert (status, [carta["id"] for carta in first["cartas"]], first["siguiente"]) == (200, ["1", "2"], "2")
    assert letters.asked == [(Filters(mapping="m", topic="t"), Estado.REENVIADA)]
    _, second = ask("GET", LETTERS, query={"limite": "2", "cursor": first["siguiente"]})
    assert ([carta["id"] for carta in second["cartas"]], second["siguiente"], second["limite"]) == (["3"], None, 2)


@pytest.mark.parametrize(
    "query", [{"cursor": "x"}, {"limite": "0"}, {"limite": "501"}, {"estado": "X"}, {"otro": "1"}, {"mapeo": ""}]
)
def test_an_invalid_query_is_refused(monkeypatch: pytest.MonkeyPatch, query: dict[str, str]) -> None:
    """The answer names the field."""
    serve(monkeypatch, FakeLetters())
    status, problem = ask("GET", LETTERS, query=query)
    assert (status, [error["campo"] for error in problem["errores"]]) == (422, list(query))


@pytest.mark.parametrize(
    ("content", "field", "value"),
    [
        ("ñ{".encode(), "contenido", "ñ{"),
        (b"", "contenido", ""),
        (b"\xff\x00", "contenido_base64", base64.b64encode(b"\xff\x00").decode()),
    ],
)
def test_a_letter_is_shown_with_its_content(
    monkeypatch: pytest.MonkeyPatch, content: bytes, field: str, value: str
) -> None:
    """Text is text; other bytes are in base64."""
    serve(monkeypatch, FakeLetters(una_carta(size=len(content)), contents={1: content}))
    status, carta = ask("GET", f"{LETTERS}/1")
    assert (status, carta[field], carta["siguiente_byte"], carta["tamano"]) == (200, value, None, len(content))
    assert len({"contenido", "contenido_base64"} & carta.keys()) == 1


@pytest.mark.parametrize("content", [bytes(range(256)) * 20_000, b"\x01" * 1_000_000])
def test_a_large_content_fits_into_answers(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """Its parts make the whole, and no answer exceeds Lambda's 6 MB."""
    serve(monkeypatch, FakeLetters(una_carta(size=len(content)), contents={1: content}))
    found, start = b"", 0
    while start is not None:
        _, carta = ask("GET", f"{LETTERS}/1", query={"desde": str(start)})
        assert len(json.dumps(json.dumps(carta))) < 6 * 1024 * 1024
        found += base64.b64decode(carta["contenido_base64"])
        start = carta["siguiente_byte"]
    assert found == content
    assert views.PART_BYTES < 6 * 1024 * 1024 * 3 / 4


@pytest.mark.parametrize(
    ("fields", "status", "codigo"),
    [
        ({}, 202, None),
        ({"redrive_requested_at": AHORA}, 202, None),
        ({"event_time": datetime.now(UTC) - timedelta(days=89)}, 202, None),
        ({"topic": "", "mapping": ""}, 422, "carta-sin-origen"),
        ({"mapping": "gone"}, 409, "mapeo-no-desplegado"),
        ({"event_time": datetime.now(UTC) - timedelta(days=91)}, 409, "carta-demasiado-antigua"),
        ({"redriven_at": AHORA}, 409, "carta-cerrada"),
        ({"discarded_at": AHORA}, 409, "carta-cerrada"),
    ],
)
def test_a_redrive_is_accepted_or_refused_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any], status: int, codigo: str | None
) -> None:
    """The list gives the same reason as the refusal."""
    serve(monkeypatch, FakeLetters(una_carta(**fields)))
    _, listed = ask("GET", LETTERS)
    answered, document = ask("POST", f"{LETTERS}/1/redrive")
    assert (answered, document.get("codigo")) == (status, codigo)
    if codigo is None:
        assert document["estado"] == "REENVIO_SOLICITADO"
        assert listed["cartas"][0]["impedimento"] is None
    elif codigo != "carta-cerrada":
        assert listed["cartas"][0]["impedimento"] == document["detail"]


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ({"ids": ["3", "17"]}, (Filters(), [3, 17])),
        ({"mapeo": "m", "topico": "t"}, (Filters(mapping="m", topic="t"), None)),
        ({"topico_dlq": "d.DLQ"}, (Filters(dlq_topic="d.DLQ"), None)),
        ({"todas": True}, (Filters(), None)),
    ],
)
def test_many_letters_are_redriven_by_one_request(
    monkeypatch: pytest.MonkeyPatch, body: dict[str, Any], asked: tuple[Any, Any]
) -> None:
    """The answer counts accepted and refused ones."""
    letters = serve(monkeypatch, FakeLetters())
    status, document = ask("POST", f"{LETTERS}/redrive", body=body)
    assert (status, letters.asked) == (202, [asked])
    assert document == {
        "aceptadas": 2, "por_topico": {"t": 2}, "rechazadas": 1, "rechazos": {"carta-sin-origen": 1}, "completo": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    "body", [{}, {"ids": []}, {"ids": ["x"]}, {"ids": ["1"], "todas": True}, {"todas": False}, {"cartas": 1}]
)
def test_an_unclear_choice_of_letters_is_refused(monkeypatch: pytest.MonkeyPatch, body: dict[str, Any]) -> None:
    """Nothing is redriven by mistake."""
    letters = serve(monkeypatch, FakeLetters())
    assert (ask("POST", f"{LETTERS}/redrive", body=body)[0], letters.asked) == (422, [])


@pytest.mark.parametrize("letter_id", ["0", "x", "1.5", "9" * 19, "payments.DLQ:1:2"])
def test_a_malformed_id_is_refused(monkeypatch: pytest.MonkeyPatch, letter_id: str) -> None:
    """An unknown one is 404."""
    serve(monkeypatch, FakeLetters())
    assert ask("DELETE", f"{LETTERS}/{letter_id}")[0] == 400
    assert ask("DELETE", f"{LETTERS}/7")[0] == 404


def test_a_broker_that_does_not_tell_has_null_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Letters are counted in any case."""
    serve(monkeypatch, FakeLetters(una_carta()))
    [mapeo] = ask("GET", "/connector/mappings")[1]["mapeos"]
    assert (mapeo["retraso"], mapeo["en_vuelo"], mapeo["cartas"], mapeo["topico_dlq"]) == (None, None, 1, "d.DLQ")


def test_letters_on_their_way_are_counted_apart_from_those_that_wait_for_a_decision(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All of them wait; the redrive of one was requested."""
    serve(monkeypatch, FakeLetters(una_carta(1), una_carta(2)))
    assert ask("POST", f"{LETTERS}/2/redrive")[0] == 202
    [mapeo] = ask("GET", "/connector/mappings")[1]["mapeos"]
    assert (mapeo["cartas"], mapeo["reenvios"]) == (2, 1)
