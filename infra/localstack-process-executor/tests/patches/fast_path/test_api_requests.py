"""Plain requests to REST APIs take the fast path, and get the same answers."""

import json
import socket
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.emulator import Emulator
from support.rest_api import Api
from support.waiting import eventually

OWN_PATH = {"Content-Encoding": "identity"}  # a header for which a request goes through all of LocalStack's handlers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "direct-works?do=request&a=1&a=%C3%B1&b=", 200),
        ("POST", "direct-works?do=headers", 201),
        ("POST", "direct-works?do=raise", 502),
        ("POST", "direct-works?do=exit", 502),
        ("POST", "direct-works?do=sleep", 502),
        ("POST", "direct-works?do=malformed", 502),
        ("POST", "direct-works?do=big", 502),
        ("POST", "direct-works?do=own-headers", 404),
        ("POST", "direct-works?do=wait", 200),
        ("POST", "direct-works", 502),
        ("POST", "direct-works/?do=request", 200),
        ("POST", "direct-works/and/%C3%B1%2F;below?do=request", 200),
        ("POST", "direct-works/and/%C3%B1%2Fbelow?do=request", 200),
        ("POST", "direct-works//below?do=request", 200),
        ("POST", "direct-version?do=invoked", 200),
        ("POST", "direct-alias?do=invoked", 200),
        ("POST", "direct-throttled?do=echo", 502),
        ("POST", "direct-absent?do=echo", 502),
        ("POST", "nothing%2Fhere?do=echo", 403),
        ("GET", "direct-works?do=echo", 403),
        ("POST", "", 403),
    ],
)
def test_the_fast_path_gives_the_same_answers(api: Api, method: str, path: str, status: int) -> None:
    """Its client and its function see no difference."""
    # When
    short, long = api.call(method, path, "some ñ".encode()), api.call(method, path, "some ñ".encode(), **OWN_PATH)
    # Then
    assert short == long
    assert short.status == status


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, b""),
        ({}, b"\xff\xfe"),
        ({"Content-Type": "application/json"}, b'{"a": 1}'),
        ({"Content-Type": "Application/X-WWW-Form-URLencoded"}, b"a=%20&b"),
        ({"authorization": "Bearer x", "user-agent": "somebody", "accept": "a/b", "X-Empty": ""}, b"x"),
        ({"X-Forwarded-For": "1.2.3.4", "Max-Forwards": "1"}, b"x"),
        ({"Cookie": "a=1; b=2", "TE": "trailers"}, b"x" * 100_000),
    ],
)
def test_the_fast_path_makes_the_same_event(api: Api, headers: dict[str, str], body: bytes) -> None:
    """The event is the same, whatever the request contains."""
    # When
    short, long = (api.call("POST", "direct-works?do=request", body, **headers, **way) for way in ({}, OWN_PATH))
    # Then
    assert short == long
    assert short.status == 200


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"statusCode": 204},
        {"statusCode": "201", "body": "text"},
        {"statusCode": 200, "body": None},
        {"statusCode": 200, "body": {"no": "text"}},
        {"statusCode": 200, "headers": None, "multiValueHeaders": None, "body": "x"},
        {"statusCode": 200, "headers": {"X-A": True}, "body": "x"},
        {"statusCode": 200, "headers": {"X-A": 1}, "body": "x"},
        {"statusCode": 200, "headers": {"X-A": "1", "x-a": "2"}, "body": "x"},
        {"statusCode": 200, "headers": {"X-A": "1\r\nX-B: 2"}, "body": "x"},
        {"statusCode": 200, "headers": {"X-Amzn-Trace-Id": "mine", "Connection": "close"}, "body": "x"},
        {"statusCode": 200, "body": "eA==", "isBase64Encoded": True},
        {"statusCode": 200, "multiValueHeaders": {"X-A": ["1", True], "X-B": []}, "body": "x"},
    ],
)
def test_the_fast_path_makes_the_same_of_an_answer(api: Api, answer: object) -> None:
    """The client's answer is the same, whatever the function answers."""
    # When
    body = json.dumps(answer).encode()
    short, long = (api.call("POST", "direct-works?do=answer", body, **way) for way in ({}, OWN_PATH))
    # Then
    assert short == long


@pytest.mark.parametrize(
    "answer",
    [
        *("null", "5", "[1]", '"text"', '{"body": "x"', '{"statusCode": 1e99}', "[" * 2000 + "]" * 2000, "9" * 5000),
        *(f'{{"statusCode": {status}}}' for status in ("1000", "99", "100", "101", '"x"', '"20"', "[200]", "200.5")),
        *(f'{{"statusCode": 200, "body": {body}}}' for body in ("5", "{}", "[]", "true", r'"\ud800"', r'"a\udc00b"')),
        *(f'{{"statusCode": 200, "headers": {{{name}: "x"}}}}' for name in ('"X A"', '""', '"X:"', '"ñ"', r'"\ud800"')),
        *(
            f'{{"headers": {{"X-A": {value}}}}}'
            for value in (r'"\u20ac"', r'"\ud800"', r'"a\r\nX-B: b"', r'"\u0000"', "{}")
        ),
        *(f'{{"headers": {headers}}}' for headers in ("[]", '"X-A: 1"')),
        *(
            f'{{"multiValueHeaders": {headers}}}'
            for headers in ('{"X-A": "1"}', '{"X-A": [[]]}', '{"X A": ["1"]}', "[]")
        ),
        *('{"body": "eA==", "isBase64Encoded": "yes"}', '{"unknown": 1}'),
    ],
    ids=lambda answer: answer[:40],
)
def test_a_malformed_answer_is_a_bad_gateway(api: Api, answer: str) -> None:
    """It is 502, as on AWS, at the first invocation and at all others.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    """
    for way in ({}, OWN_PATH):
        reply = api.call("POST", "direct-works?do=answer-text", answer.encode(), **way)
        assert (reply.status, json.loads(reply.body)) == (502, {"message": "Internal server error"})


@pytest.mark.parametrize("body", ["", "some"])
@pytest.mark.parametrize("header", ["X-\u20ac: 1", "X A: 1", "X-A: \u20ac"])
def test_an_answer_that_is_invalid_in_http_is_an_error(localstack: Emulator, header: str, body: str) -> None:
    """There is an answer on both paths: without the patch a client would wait for ever."""
    # Given
    name, value = header.split(": ")
    strange = Api(localstack)
    strange.route_to_template("strange", f'#set($context.responseOverride.header["{name}"] = "{value}"){body}')
    strange.deploy()
    # When
    statuses = [strange.call("POST", "strange", b"", **way).status for way in ({}, OWN_PATH)]
    # Then
    assert statuses == [500, 500]
    localstack.client("apigateway").delete_rest_api(restApiId=strange.id)


@pytest.mark.parametrize("answer", [{"statusCode": 204, "body": "x"}, {"statusCode": 304, "body": ""}])
def test_an_answer_without_a_body_ends(api: Api, answer: dict[str, object]) -> None:
    """An answer without a body has no length (RFC 9110, 8.6), so that the connection can go on."""
    reply = api.call("POST", "direct-works?do=answer", json.dumps(answer).encode())
    assert (reply.status, reply.body) == (answer["statusCode"], "")


def test_a_slow_function_delays_no_other(api: Api) -> None:
    """Requests are served while functions work, even if more functions work than the server waits for."""
    # Given
    api.post("direct-works?do=echo", "warm")
    with ThreadPoolExecutor(4) as pool:
        # When
        waiting = [pool.submit(api.post, "direct-works?do=wait") for _ in range(4)]
        began = time.monotonic()
        answered = 0
        while not any(one.done() for one in waiting):
            answered += api.post("direct-alias?do=echo", "quick").body == "quick"
        # Then
        assert answered > (time.monotonic() - began) / 0.05
        assert [one.result().body for one in waiting] == ["waited"] * 4


def test_an_api_or_stage_that_is_not_deployed_is_not_found(api: Api, localstack: Emulator) -> None:
    """Both paths answer alike."""
    for path in (f"{api.id}/absent/direct-works", "absent/test/direct-works"):
        for headers in ({}, OWN_PATH):
            url = f"{localstack.url}/_aws/execute-api/{path}"
            with pytest.raises(urllib.error.HTTPError) as answer:
                urllib.request.urlopen(urllib.request.Request(url, headers=headers))  # noqa: S310 - our own server
            answer.value.close()
            assert answer.value.code == 404


def test_a_client_that_goes_away_causes_no_error(api: Api, localstack: Emulator) -> None:
    """Its request is served, the answer is dropped, and LocalStack's log has no error."""
    # Given
    before = len(localstack.log.read_text())
    path = f"/_aws/execute-api/{api.id}/test/direct-works?do=echo"
    request = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody".encode()
    # When
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", localstack.port)) as connection:
            connection.sendall(request)
    # Then
    eventually(lambda: localstack.log.read_text()[before:].count("direct-works => 200") == 20)
    assert api.post("direct-works?do=echo", "still here").body == "still here"
    assert "Traceback" not in localstack.log.read_text()[before:]
