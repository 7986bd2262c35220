"""API Gateway calls functions in the same process, and no one can tell."""

import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from emulator import ACCOUNT, REGION, ROLE, Emulator, eventually

# What differs between two calls of the same thing.
LONG_WAY = {"Content-Encoding": "identity"}  # what not only API Gateway reads goes through all of LocalStack
VOLATILE_HEADERS = {"date", "x-amzn-requestid", "x-amzn-trace-id", "x-amz-apigw-id", "content-length"}
CODE = """
import base64, json, os, sys, time

def handler(event, context):
    match event["queryStringParameters"]["do"]:
        case "raise": raise ValueError("private")
        case "exit": os._exit(1)
        case "sleep": time.sleep(1000)
        case "malformed": return {"statusCode": 200, "unknown": 1}
        case "text": return "no response at all"
        case "big": return {"statusCode": 200, "body": "x" * 7_000_000}
        case "invoked": return {"statusCode": 200, "body": context.invoked_function_arn.rpartition(":function:")[2]}
        case "headers": return {"statusCode": 201, "headers": {"X-A": "1"}, "multiValueHeaders": {"X-B": ["2", "3"]}}
        case "request":
            shown = [event[name] for name in ("httpMethod", "path", "body", "isBase64Encoded", "requestContext")]
            shown[4] = {name: shown[4][name] for name in ("path", "identity", "domainName", "stage", "protocol")}
            headers = {name: value for name, value in event["multiValueHeaders"].items()
                       if name not in ("Content-Encoding", "X-Amzn-Trace-Id")}
            query = event["multiValueQueryStringParameters"]
            return {"statusCode": 200, "body": json.dumps([*shown, headers, query], sort_keys=True, indent=1)}
        case "echo": return {"statusCode": 200, "body": event["body"]}
"""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a client of the API sees."""

    status: int
    headers: dict[str, str]
    body: str


class Api:
    """A REST API with the same integrations twice: called directly, and over HTTP as LocalStack comes."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._client = emulator.client("apigateway")
        self.id = self._client.create_rest_api(name="twice")["id"]
        self._root = self._client.get_resources(restApiId=self.id)["items"][0]["id"]

    def route(self, path: str, target: str) -> None:
        """Serve /direct-PATH and /http-PATH with this function; a role makes the difference."""
        client, api = self._client, self.id
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{target}"
        for way, role in (("direct", {}), ("http", {"credentials": ROLE})):
            resource = client.create_resource(restApiId=api, parentId=self._root, pathPart=f"{way}-{path}")["id"]
            place = {"restApiId": api, "resourceId": resource, "httpMethod": "POST"}
            client.put_method(**place, authorizationType="NONE")
            client.put_integration(
                **place,
                **role,
                type="AWS_PROXY",
                integrationHttpMethod="POST",
                uri=f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations",
            )

    def deploy(self) -> None:
        """Make the routes so far live."""
        self._client.create_deployment(restApiId=self.id, stageName="test")

    def post(self, path: str, body: str = "", **headers: str) -> Reply:
        """Call the API."""
        return self.call("POST", path, body, **headers)

    def call(self, method: str, path: str, body: str = "", **headers: str) -> Reply:
        """Call the API with any method."""
        url = f"{self._emulator.url}/_aws/execute-api/{self.id}/test/{path}"
        headers = {"Content-Type": "text/plain", **headers}
        try:
            request = urllib.request.Request(url, body.encode(), headers, method=method)  # noqa: S310
            with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own server
                status, received, content = answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            status, received, content = error.code, error.headers, error.read()
        kept = {key.lower(): value for key, value in received.items() if key.lower() not in VOLATILE_HEADERS}
        return Reply(status=status, headers=kept, body=content.decode())


@pytest.fixture(scope="module")
def api(localstack: Emulator) -> Iterator[Api]:
    """Routes to functions in every condition."""
    for function in ("api-works", "api-throttled"):
        localstack.deploy(function, CODE, timeout=1)
    localstack.lambda_.put_function_concurrency(FunctionName="api-throttled", ReservedConcurrentExecutions=0)
    localstack.lambda_.publish_version(FunctionName="api-works")
    localstack.lambda_.create_alias(FunctionName="api-works", Name="live", FunctionVersion="1")
    api = Api(localstack)
    for path, target in {
        "works": "api-works",
        "version": "api-works:1",
        "alias": "api-works:live",
        "no-alias": "api-works:other",
        "absent": "api-absent",
        "throttled": "api-throttled",
    }.items():
        api.route(path, target)
    api.deploy()
    yield api
    for function in ("api-works", "api-throttled"):
        localstack.lambda_.delete_function(FunctionName=function)


@pytest.mark.parametrize(
    ("call", "status", "body"),
    [
        ("works?do=invoked", 200, "api-works"),
        ("version?do=invoked", 200, "api-works:1"),
        ("alias?do=invoked", 200, "api-works:live"),
        ("works?do=headers", 201, ""),
        ("works?do=raise", 502, None),
        ("works?do=exit", 502, None),
        ("works?do=sleep", 502, None),
        ("works?do=malformed", 502, None),
        ("works?do=text", 502, None),
        ("works?do=big", 502, None),
        ("no-alias?do=echo", 502, None),
        ("absent?do=echo", 502, None),
    ],
)
def test_a_direct_call_answers_as_one_over_http(api: Api, call: str, status: int, body: str | None) -> None:
    """Status, headers and body are the same for every condition that a function can be in."""
    # When
    direct, http = api.post(f"direct-{call}"), api.post(f"http-{call}")
    # Then
    assert direct == http
    assert direct.status == status
    assert direct.body == (json.dumps({"message": "Internal server error"}) if body is None else body)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "direct-works?do=request&a=1&a=%C3%B1&b=", 200),
        ("POST", "direct-works?do=headers", 201),
        ("POST", "direct-works?do=raise", 502),
        ("POST", "direct-works?do=sleep", 502),
        ("POST", "direct-works", 502),
        ("POST", "direct-works/?do=request", 200),
        ("POST", "direct-absent?do=echo", 502),
        ("POST", "nothing%2Fhere?do=echo", 403),
        ("GET", "direct-works?do=echo", 403),
        ("POST", "", 403),
    ],
)
def test_the_short_way_answers_as_the_long_one(api: Api, method: str, path: str, status: int) -> None:
    """A plain request skips most of LocalStack, and neither its client nor the function can tell."""
    # When
    short, long = api.call(method, path, "some ñ"), api.call(method, path, "some ñ", **LONG_WAY)
    # Then
    assert short == long
    assert short.status == status


def test_an_api_or_stage_that_is_not_deployed_is_not_found(api: Api, localstack: Emulator) -> None:
    """Whichever way the request goes."""
    for path in (f"{api.id}/absent/direct-works", "absent/test/direct-works"):
        for headers in ({}, LONG_WAY):
            url = f"{localstack.url}/_aws/execute-api/{path}"
            with pytest.raises(urllib.error.HTTPError) as answer:
                urllib.request.urlopen(urllib.request.Request(url, headers=headers))  # noqa: S310 - our own server
            answer.value.close()
            assert answer.value.code == 404


def test_a_client_that_goes_away_harms_nobody(api: Api, localstack: Emulator) -> None:
    """Its request is served, the answer is dropped, and LocalStack's log has no word of an error."""
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


def test_a_direct_call_carries_a_large_body(api: Api) -> None:
    """Five megabytes go in and out unchanged, as over HTTP."""
    body = "large " * 900_000
    direct, http = (api.post(f"{way}-works?do=echo", body) for way in ("direct", "http"))
    assert direct == http
    assert direct.body == body


def test_a_throttled_call_is_refused_at_once(api: Api) -> None:
    """The call is really direct: over HTTP LocalStack's own client would try again and again for seconds."""
    began = time.monotonic()
    assert api.post("direct-throttled?do=echo").status == 502
    assert time.monotonic() - began < 1


def test_gateway_responses_of_an_imported_api_are_used(localstack: Emulator) -> None:
    """What API Gateway answers by itself looks as the API's definition says, with its variables filled in."""
    # Given
    definition = {
        "swagger": "2.0",
        "info": {"title": "configured", "version": "1"},
        "paths": {"/x": {"get": {"x-amazon-apigateway-integration": {"type": "MOCK"}}}},
        "x-amazon-apigateway-gateway-responses": {
            "MISSING_AUTHENTICATION_TOKEN": {
                "statusCode": "404",
                "responseParameters": {"gatewayresponse.header.Content-Type": "'application/problem+json'"},
                "responseTemplates": {"application/json": '{"title": "nothing here", "instance": "$context.path"}'},
            }
        },
    }
    client = localstack.client("apigateway")
    api = Api(localstack)
    api.id = client.import_rest_api(body=json.dumps(definition))["id"]
    api.deploy()
    # When
    reply = api.post("nowhere")
    # Then
    assert reply.status == 404
    assert reply.headers["content-type"] == "application/problem+json"
    assert json.loads(reply.body)["title"] == "nothing here"
