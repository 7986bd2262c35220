"""Bodies of requests to REST APIs: their codings and their limits.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

import gzip
import json
import zlib

import pytest

from support.rest_api import Api

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("way", ["direct", "http"])
@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress("año".encode())),
        ("GZip", gzip.compress("año".encode())),
        ("deflate", zlib.compress("año".encode())),
        ("identity", "año".encode()),
    ],
    ids=["gzip", "GZip", "deflate", "identity"],
)
def test_a_function_receives_what_was_compressed(api: Api, way: str, coding: str, body: bytes) -> None:
    """The function gets it without the header, since the body is no longer encoded."""
    reply = api.call("POST", f"{way}-works?do=received", body, **{"Content-Encoding": coding})
    received, headers = json.loads(reply.body)
    assert (reply.status, received) == (200, "año")
    assert "Content-Encoding" not in headers


def test_a_compressed_form_arrives(api: Api) -> None:
    """LocalStack's own server would read the compressed bytes as form fields."""
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/x-www-form-urlencoded"}
    reply = api.call("POST", "direct-works?do=echo", gzip.compress(b"a=1&b=2"), **headers)
    assert (reply.status, reply.body) == (200, "a=1&b=2")


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, gzip"])
def test_another_coding_is_an_unsupported_media_type(api: Api, coding: str) -> None:
    """AWS answers the same."""
    assert api.call("POST", "direct-works?do=echo", b"some", **{"Content-Encoding": coding}).status == 415


@pytest.mark.parametrize(
    "body",
    [b"plain text", gzip.compress(b"cut off" * 99)[:-1], gzip.compress(b"and") + b"more", zlib.compress(b"x")],
    ids=["plain", "cut off", "followed", "deflate"],
)
def test_a_body_in_another_coding_than_its_header_says_is_a_bad_request(api: Api, body: bytes) -> None:
    """No function sees it."""
    assert api.call("POST", "direct-works?do=echo", body, **{"Content-Encoding": "gzip"}).status == 400


def test_a_body_that_would_become_too_large_is_refused(api: Api) -> None:
    """Ten kilobytes may become ten megabytes, but not more."""
    for size in (10 * MEGABYTE + 1, 500 * MEGABYTE):
        bomb = gzip.compress(bytes(size))
        assert api.call("POST", "direct-works?do=length", bomb, **{"Content-Encoding": "gzip"}).status == 413


@pytest.mark.parametrize("way", ["direct", "http"])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("ñ" * (5 * MEGABYTE // 2), 200),  # five megabytes of UTF-8, fifteen as LocalStack writes it
        ("x" * (5 * MEGABYTE), 200),
        ("x" * (6 * MEGABYTE), 413),  # with the rest of the event more than Lambda's limit
        ('"' * (7 * MEGABYTE // 2), 413),  # each of which is two bytes of JSON
        ("x" * (10 * MEGABYTE + 1), 413),
    ],
    ids=["ñ", "5 MB", "6 MB", "quotes", "10 MB"],
)
def test_an_events_size_is_that_of_its_utf_8(api: Api, way: str, body: str, status: int) -> None:
    """A request that can never be served is not a bad gateway, for which a client would retry."""
    reply = api.post(f"{way}-works?do=length", body)
    assert reply.status == status
    if status == 200:
        assert reply.body == str(len(body))
