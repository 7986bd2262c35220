"""Answers of REST APIs are compressed under the conditions that API Gateway's guide names, on both paths.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-receive-response-with-compressed-payload.html
"""

import base64
import gzip
import json
import zlib
from collections.abc import Iterator
from email.message import Message
from typing import Any

import pytest

from support.emulator import Emulator
from support.rest_api import Api

MINIMUM = 100
TEXT = b"answer " * 100
PICTURE = b"\x89PNG\r\n" + bytes(range(256)) * 3
SHORT: dict[str, str] = {}
LONG = {"Content-Encoding": "identity"}  # a header for which a request goes through all of LocalStack's handlers
both_paths = pytest.mark.parametrize("way", [SHORT, LONG], ids=["short", "long"])


@pytest.fixture(scope="module")
def compressing(api: Api, localstack: Emulator) -> Iterator[Api]:  # noqa: ARG001 - which has the functions
    """An API that compresses answers from this size on."""
    compressing = Api(localstack, minimumCompressionSize=MINIMUM, binaryMediaTypes=["image/png"])
    compressing.route("works", "api-works")
    compressing.deploy()
    yield compressing
    localstack.client("apigateway").delete_rest_api(restApiId=compressing.id)


def answered(api: Api, answer: dict[str, Any], **headers: str) -> tuple[int, Message, bytes]:
    """Have the function answer this to a client that accepts gzip."""
    asked = {"Accept-Encoding": "gzip", **headers}
    return api.raw("POST", "direct-works?do=answer", json.dumps({"statusCode": 200, **answer}).encode(), asked)


@pytest.mark.parametrize("accepted", ["gzip", "deflate"])
@both_paths
def test_an_answer_is_compressed(compressing: Api, accepted: str, way: dict[str, str]) -> None:
    """Clients that accept compression get it. The guide names no `Vary`."""
    status, received, content = compressing.raw(
        "POST", "direct-works?do=echo", TEXT, {"Accept-Encoding": accepted, **way}
    )
    assert (status, received["Content-Encoding"], received["Vary"]) == (200, accepted, None)
    assert (gzip.decompress(content) if accepted == "gzip" else zlib.decompress(content)) == TEXT
    assert len(content) == int(received["Content-Length"]) < len(TEXT)


@pytest.mark.parametrize(
    ("size", "headers"),
    [(MINIMUM - 1, {"Accept-Encoding": "gzip"}), (700, {}), (700, {"Accept-Encoding": "br"})],
)
@both_paths
def test_any_other_answer_is_unchanged(
    compressing: Api, size: int, headers: dict[str, str], way: dict[str, str]
) -> None:
    """An answer is not compressed if it is too small, or its client accepts no known coding."""
    status, received, content = compressing.raw("POST", "direct-works?do=echo", b"x" * size, {**headers, **way})
    assert (status, content, "Content-Encoding" in received) == (200, b"x" * size, False)


def test_an_answer_of_the_minimum_is_compressed(compressing: Api) -> None:
    """The size is that of the body in bytes, and the minimum itself is enough."""
    _, received, content = answered(compressing, {"body": "ñ" * (MINIMUM // 2)})
    assert (received["Content-Encoding"], gzip.decompress(content).decode()) == ("gzip", "ñ" * (MINIMUM // 2))


@both_paths
def test_an_encoded_answer_is_passed_on(compressing: Api, way: dict[str, str]) -> None:
    """API Gateway takes it for compressed, in whatever coding, and in any case of the header's name."""
    answer = {"body": TEXT.decode(), "headers": {"content-encoding": "br"}}
    _, received, content = answered(compressing, answer, **way)
    assert (received.get_all("Content-Encoding"), content) == (["br"], TEXT)


@both_paths
def test_an_answers_own_headers_are_passed_on(compressing: Api, way: dict[str, str]) -> None:
    """A weak tag is that of any coding of the same document (RFC 9110, 8.8.1)."""
    headers = {"ETag": 'W/"1"', "Vary": "Origin"}
    _, received, content = answered(compressing, {"body": TEXT.decode(), "headers": headers}, **way)
    assert (received.get_all("ETag"), received.get_all("Vary")) == (['W/"1"'], ["Origin"])
    assert gzip.decompress(content) == TEXT


@pytest.mark.parametrize("status", [204, 304])
@both_paths
def test_an_answer_without_a_body_is_unchanged(compressing: Api, status: int, way: dict[str, str]) -> None:
    """It has nothing to compress, and keeps its tag."""
    answer = {"statusCode": status, "headers": {"ETag": 'W/"1"'}, "body": ""}
    given, received, content = answered(compressing, answer, **way)
    assert (given, received["ETag"], received["Content-Encoding"], content) == (status, 'W/"1"', None, b"")


def test_an_answer_to_head_is_unchanged(compressing: Api) -> None:
    """Nothing is compressed that nobody receives."""
    status, received, content = compressing.raw("HEAD", "direct-works?do=request", b"", {"Accept-Encoding": "gzip"})
    assert (status, received["Content-Encoding"], content) == (200, None, b"")
    assert int(received["Content-Length"]) > MINIMUM


@both_paths
def test_a_binary_answer_is_compressed_as_bytes(compressing: Api, way: dict[str, str]) -> None:
    """Base64 is how a function hands bytes over; it is taken off before the compression."""
    answer = {
        "body": base64.b64encode(PICTURE).decode(),
        "isBase64Encoded": True,
        "headers": {"Content-Type": "image/png"},
    }
    _, received, content = answered(compressing, answer, Accept="image/png", **way)
    assert (received["Content-Encoding"], received["Content-Type"]) == ("gzip", "image/png")
    assert gzip.decompress(content) == PICTURE
    assert answered(compressing, answer, Accept="image/png", **{"Accept-Encoding": "identity"}, **way)[2] == PICTURE


def test_a_body_below_the_minimum_is_unchanged(compressing: Api) -> None:
    """Neither compression nor decompression applies to it."""
    reply = compressing.call("POST", "direct-works?do=received", gzip.compress(b"x"), **{"Content-Encoding": "gzip"})
    assert "Content-Encoding" in json.loads(reply.body)[1]


def test_an_api_without_a_minimum_compresses_nothing(api: Api) -> None:
    """Without a setting, compression is off."""
    _, received, content = api.raw("POST", "direct-works?do=echo", b"x" * 700, {"Accept-Encoding": "gzip"})
    assert (content, "Content-Encoding" in received) == (b"x" * 700, False)


@pytest.mark.usefixtures("api")
def test_a_minimum_counts_from_the_next_deployment_on(localstack: Emulator) -> None:
    """A changed minimum needs a deployment, as any other setting of an API does."""
    # Given
    changed = Api(localstack, minimumCompressionSize=10_000)
    changed.route("works", "api-works")
    changed.deploy()

    def is_compressed() -> bool:
        _, received, _ = changed.raw("POST", "direct-works?do=echo", b"x" * 700, {"Accept-Encoding": "gzip"})
        return "Content-Encoding" in received

    # When
    changed.update("/minimumCompressionSize", "0")
    before = is_compressed()
    changed.deploy()
    after = is_compressed()
    changed.update("/minimumCompressionSize", "")
    changed.deploy()
    # Then
    assert (before, after, is_compressed()) == (False, True, False)
