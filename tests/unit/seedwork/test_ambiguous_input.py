"""Repeated or unreadable input is refused, because readers could differ in its meaning.

The events are those of API Gateway's proxy integrations, with all values of a parameter and all lines of a header:
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from pydantic import BaseModel

from seedwork.infraestructura.http.correlation import lower_headers
from seedwork.infraestructura.http.rest_api import RestApi
from seedwork.infraestructura.idempotency.key import read_key
from seedwork.infraestructura.text import decimal_json
from support.lambda_events import FakeContext, proxy_event

UNREADABLE = "\ufffd"  # a decoder's replacement for octets that are not UTF-8


class Cuerpo(BaseModel):
    """A body."""

    monto: int


class Consulta(BaseModel):
    """A query."""

    pagina: str = "1"


app = RestApi("pruebas", statuses={}, for_any_page=("/imagen",))


@app.route("/cuerpo", methods=["POST"], body=Cuerpo)
def post_cuerpo(cuerpo: Cuerpo) -> dict[str, int]:
    """Echo the body."""
    return {"monto": cuerpo.monto}


@app.route("/consulta", methods=["GET"], query=Consulta)
@app.route("/imagen", methods=["GET"], query=Consulta)
@app.route("/de/{nombre}", methods=["GET"], query=Consulta)
def get_consulta(parametros: Consulta, nombre: str = "") -> dict[str, str]:
    """Echo the query."""
    return {"pagina": parametros.pagina, "nombre": nombre}


@app.route("/clave", methods=["GET"])
def get_clave() -> dict[str, str]:
    """Echo the key."""
    return {"clave": read_key(app.header("Idempotency-Key") or "")}


def call(event: dict[str, Any]) -> tuple[int, Any]:
    """Return the answer's status and document."""
    answer = app(event, FakeContext())
    return answer["statusCode"], json.loads(answer["body"])


def posted(body: bytes | str) -> tuple[int, Any]:
    """Return the answer to a body."""
    return call(proxy_event("POST", "/cuerpo", body=body if isinstance(body, str) else body.decode()))


def asked(query: dict[str, list[str]], path: str = "/consulta") -> tuple[int, Any]:
    """Return the answer to a query."""
    last = {name: values[-1] for name, values in query.items()}
    event = proxy_event("GET", path)
    return call(event | {"queryStringParameters": last, "multiValueQueryStringParameters": query})


@pytest.mark.parametrize("values", [["2", "3"], ["2", "2"], ["", "2"], ["2"] * 3])
def test_a_parameter_is_given_once(values: list[str]) -> None:
    """This holds for parameters with one value; equal repetitions are refused too."""
    status, problem = asked({"pagina": values})
    assert (status, problem["codigo"]) == (422, "datos-no-validos")
    assert problem["errores"] == [{"campo": "pagina", "codigo": "repetido", "mensaje": "se indica más de una vez"}]


def test_an_unknown_parameter_may_be_repeated() -> None:
    """Unknown parameters are allowed anyway."""
    assert asked({"pagina": ["2"], "otro": ["1", "2"]}) == (200, {"pagina": "2", "nombre": ""})


@pytest.mark.parametrize("path", ["/consulta", "/clave"])
@pytest.mark.parametrize("query", [{"pagina": [f"a{UNREADABLE}"]}, {UNREADABLE: ["1"]}, {"a": ["1", UNREADABLE]}])
def test_a_query_is_utf_8(query: dict[str, list[str]], path: str) -> None:
    """The octets of a text are UTF-8 (RFC 3986, 2.5), whether a view reads the parameter or not."""
    status, problem = asked(query, path)
    assert (status, problem["codigo"]) == (400, "url-no-utf-8")
    assert f"«{next(iter(query))}»" in problem["detail"]


@pytest.mark.parametrize("octets", ["%ff", "%C3%28", "a%E9", "%ED%A0%80", "%C0%AF", "%F5%80%80%80", UNREADABLE])
def test_a_path_is_utf_8(octets: str) -> None:
    """No lone octets, surrogates or overlong forms (RFC 3629), whether encoded or decoded on the way."""
    event = proxy_event("GET", f"/de/{octets}", resource="/de/{nombre}", path_parameters={"nombre": octets})
    status, problem = call(event)
    assert (status, problem["codigo"], problem["instance"]) == (400, "url-no-utf-8", f"/de/{octets}")


@pytest.mark.parametrize("octets", ["%C3%B1", "ñ", "%F0%9F%98%80", "%25ff", "%zz", "%"])
def test_a_url_in_utf_8_is_served(octets: str) -> None:
    """A percent sign without digits is left to the reader."""
    event = proxy_event("GET", f"/de/{octets}", resource="/de/{nombre}", path_parameters={"nombre": octets})
    assert call(event) == (200, {"pagina": "1", "nombre": octets})


@pytest.mark.parametrize("values", [["a", "b"], ["a", "a"], ["a,b"]])
@pytest.mark.parametrize("path", ["/clave", "/imagen"])
def test_a_request_has_one_correlation_id(values: list[str], path: str) -> None:
    """Several lines are a list (RFC 9110, 5.2); the answer has neither of the ids.

    An event collected from any page is not lost for it: the id is descriptive data.
    """
    event = proxy_event("GET", path)
    event["multiValueHeaders"] = {"X-Correlation-Id": values}
    event["headers"] = {"X-Correlation-Id": values[-1], "Idempotency-Key": "k"}
    answer = app(event, FakeContext())
    assert answer["headers"]["X-Correlation-Id"] not in [*values, ", ".join(values)]
    if path == "/imagen":
        assert answer["statusCode"] == 200
        return
    problem = json.loads(answer["body"])
    assert (answer["statusCode"], problem["codigo"]) == (400, "cabecera-repetida")
    assert problem["correlation_id"] == answer["headers"]["X-Correlation-Id"]


def test_requests_that_collect_events_are_not_refused() -> None:
    """Its view knows which fields must be readable."""
    assert asked({"utm_source": [UNREADABLE]}, "/imagen")[0] == 200


@pytest.mark.parametrize("names", [("Idempotency-Key",) * 2, ("Idempotency-Key", "idempotency-key")])
@pytest.mark.parametrize("lines", [("a", "b"), ("a", "a"), ('"a"', '"b"'), ("", "b")])
def test_a_header_with_one_value_is_given_once(names: tuple[str, str], lines: tuple[str, str]) -> None:
    """The event's `headers` contain only one of its lines."""
    event = proxy_event("GET", "/clave", headers={names[-1]: lines[-1]})
    event["multiValueHeaders"] = {}
    for name, line in zip(names, lines, strict=True):
        event["multiValueHeaders"].setdefault(name, []).append(line)
    status, problem = call(event)
    assert (status, problem["codigo"]) == (400, "idempotency-key-no-valida")


def test_lines_of_a_header_are_a_list() -> None:
    """They keep their order, with commas between them (RFC 9110, 5.2)."""
    event = {"headers": {"If-Match": '"4"', "A": "1"}, "multiValueHeaders": {"If-Match": ['"3"', '"4"'], "A": ["1"]}}
    assert lower_headers(event) == {"if-match": '"3", "4"', "a": "1"}


@pytest.mark.parametrize(
    "lines", [["application/json", "text/plain"], ["application/json"] * 2, ["text/plain", "application/json"]]
)
def test_a_body_has_one_type(lines: list[str]) -> None:
    """Content-Type has one value (RFC 9110, 8.3)."""
    event = proxy_event("POST", "/cuerpo", body='{"monto": 1}', headers={"Content-Type": lines[-1]})
    status, problem = call(event | {"multiValueHeaders": {"Content-Type": lines}})
    assert (status, problem["codigo"]) == (415, "tipo-no-admitido")


@pytest.mark.parametrize(
    "body",
    [
        '{"monto": 1, "monto": 100}',
        '{"monto": 1, "monto": 1}',
        '{"a": 1, "monto": 1, "b": 2, "monto": 2}',
        '{"mont\\u006f": 1, "monto": 100}',  # RFC 8259, 8.3: names are compared without their escapes
        '{"monto": 1, "datos": [{"monto": 1, "monto": 2}]}',
    ],
)
def test_names_in_an_object_are_unique(body: str) -> None:
    """Names within an object SHOULD be unique (RFC 8259, 4); parsers disagree about repeated ones."""
    status, problem = posted(body)
    assert (status, problem["codigo"]) == (400, "json-malformado")
    assert "«monto» más de una vez" in problem["detail"]


def test_the_same_name_in_two_objects_is_no_repetition() -> None:
    """Each object has its own names."""
    assert posted('{"monto": 1, "a": {"monto": 2}, "b": [{"monto": 3}, {"monto": 3}]}') == (200, {"monto": 1})


def test_a_repeated_name_is_found_quickly() -> None:
    """There are a hundred thousand names: searching each among all would take minutes."""
    members = ",".join(f'"k{number}":1' for number in range(100_000))
    begin = time.monotonic()
    with pytest.raises(decimal_json.RepeatedNameError, match="k99999"):
        decimal_json.loads(f'{{{members},"k99999":1}}', unique_names=True)
    assert time.monotonic() - begin < 20


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "está vacío"),
        (" \n\t", "está vacío"),
        ('{"monto": NaN}', "NaN e Infinity no son JSON (línea 1, columna 11)"),
        ('{"monto": -Infinity}', "NaN e Infinity no son JSON (línea 1, columna 11)"),
        ('{"monto": 1', "línea 1, columna 12"),
        ('{\n  "monto": x}', "línea 2, columna 12"),
        ("{'monto': 1}", "línea 1, columna 2"),
        ('{"monto": 01}', "línea 1, columna 12"),
        ('{"monto": 1} 2', "línea 1, columna 14"),
        ("[" * 20_000, "demasiado anidado"),
        ('{"\\ud800' + "x" * 200 + '": 1, "\\ud800' + "x" * 200 + '": 1}', "«?" + "x" * 99 + "»"),
    ],
)
def test_a_body_that_is_not_json_gets_the_reason(body: str, says: str) -> None:
    """Each cause has its own message with its place; a long name is cut, never within a character (RFC 3629)."""
    status, problem = posted(body)
    assert (status, problem["codigo"]) == (400, "json-malformado")
    assert says in problem["detail"]


@pytest.mark.parametrize("body", ["/////w==", "//57AA=="])
def test_a_body_in_another_encoding_gets_the_reason(body: str) -> None:
    """JSON between systems is UTF-8 (RFC 8259, 8.1)."""
    status, problem = call(proxy_event("POST", "/cuerpo", body=body) | {"isBase64Encoded": True})
    assert (status, problem["codigo"]) == (400, "json-malformado")
    assert "no está en UTF-8: el octeto 1 " in problem["detail"]


def test_a_byte_order_mark_is_ignored() -> None:
    """A parser may ignore it (RFC 8259, 8.1)."""
    assert posted('\ufeff{"monto": 1}') == (200, {"monto": 1})
