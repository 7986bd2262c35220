"""Functions get paths, queries and bodies as API Gateway passes them on, on both paths through LocalStack."""

import json
from typing import Any

import pytest

from support.rest_api import Api

SHORT_WAY: dict[str, str] = {}
WAYS = [SHORT_WAY, {"Content-Encoding": "identity"}, {"Origin": "https://tienda.example"}]
FORM = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n'


def event_of(api: Api, path: str, headers: dict[str, str], body: bytes = b"") -> Any:
    """Return the function's event."""
    reply = api.call("POST", path, body, **headers)
    assert reply.status == 200
    return json.loads(reply.body)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "below", ["bug;x", "a;b/c;d", ";", "bug;", "%3B", "a%2Fb", "a+b%2Bc", "%25", "a%20b", "a:@!$&'()*,=-._~b", "%C3%B1"]
)
def test_a_path_is_what_was_sent(api: Api, below: str, way: dict[str, str]) -> None:
    """`;` and other reserved characters belong to their segment (RFC 3986, 3.3); nothing is decoded."""
    event = event_of(api, f"direct-works/{below}?do=request", way)
    assert event["path"] == f"/direct-works/{below}"
    assert event["pathParameters"] == {"below": below}


@pytest.mark.parametrize("way", WAYS)
def test_a_query_is_split_as_api_gateway_does(api: Api, way: dict[str, str]) -> None:
    """AWS documents that a semicolon "is not supported for any request URL query string".

    It "results in the data being split"; an encoded one does not.
    """
    event = event_of(api, "direct-works?do=request&a=1;b=2&c=%3B&d=e+f%2B", way)
    assert event["queryStringParameters"] == {"do": "request", "a": "1", "b": "2", "c": ";", "d": "e f+"}


@pytest.mark.parametrize("way", WAYS)
def test_octets_that_are_not_utf_8_are_not_text(api: Api, way: dict[str, str]) -> None:
    """They become U+FFFD, as in decoders that go on after errors (https://encoding.spec.whatwg.org/#utf-8-decode).

    The text "%ff" stays unchanged. A path is never decoded.
    """
    event = event_of(api, "direct-works/%ff?do=request&a=%ff&b=%25ff&c=%26%E9%2B&%C3%28=%C3%B1&a=caf%e9&d=%zz%", way)
    assert event["path"] == "/direct-works/%ff"
    assert event["multiValueQueryStringParameters"] == {
        "do": ["request"],
        "a": ["\ufffd", "caf\ufffd"],
        "b": ["%ff"],
        "c": ["&\ufffd+"],
        "\ufffd(": ["ñ"],
        "d": ["%zz%"],
    }


@pytest.mark.parametrize("way", WAYS)
def test_each_line_of_a_header_is_passed_on(api: Api, way: dict[str, str]) -> None:
    """`multiValueHeaders` have all of them, in their order."""
    lines = [("Idempotency-Key", "a"), ("Idempotency-Key", "b"), ("If-Match", '"3"'), ("If-Match", '"3"')]
    event = json.loads(api.lines("POST", "direct-works?do=request", [*lines, *way.items()]))
    assert event["multiValueHeaders"]["Idempotency-Key"] == ["a", "b"]
    assert event["multiValueHeaders"]["If-Match"] == ['"3"', '"3"']


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (FORM, PART),
        (FORM, b"no form at all"),
        (FORM, PART[:20]),
        (FORM, b""),
        ("multipart/form-data", PART),
        ("multipart/form-data; boundary=", PART),
        ("multipart/mixed; boundary=x", PART),
        ("application/x-www-form-urlencoded", b"a=%20&b&a=1;c"),
        ("application/x-www-form-urlencoded", b'{"a": 1}'),
        ("Application/X-WWW-Form-URLencoded; charset=utf-8", b"=&&="),
    ],
)
def test_the_body_of_a_form_is_what_was_sent(api: Api, content_type: str, body: bytes, way: dict[str, str]) -> None:
    """With a Lambda proxy integration API Gateway passes any body on; the function has to check it."""
    event = event_of(api, "direct-works?do=request", {"Content-Type": content_type, **way}, body)
    assert (event["body"] or "") == body.decode()
    assert event["headers"]["Content-Type"] == content_type
