"""A REST API in front of functions in every condition."""

import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection
from typing import Any

from support.account import ACCOUNT, REGION, ROLE
from support.emulator import Emulator

# These differ between two calls of the same thing.
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
            for name in ("requestId", "extendedRequestId", "requestTime", "requestTimeEpoch", "deploymentId"):
                assert event["requestContext"].pop(name)
            for headers in (event["headers"], event["multiValueHeaders"]):
                assert headers.pop("X-Amzn-Trace-Id")
                headers.pop("Content-Encoding", None)
            return {"statusCode": 200, "body": json.dumps(event, sort_keys=True, indent=1)}
        case "own-headers": return {"statusCode": 404, "headers": {"content-type": "a/b", "Server": "x"}, "body": "é"}
        case "answer": return json.loads(event["body"])
        case "answer-text": return event["body"].encode()
        case "wait": time.sleep(0.5); return {"statusCode": 200, "body": "waited"}
        case "length": return {"statusCode": 200, "body": str(len(event["body"]))}
        case "received": return {"statusCode": 200, "body": json.dumps([event["body"], sorted(event["headers"])])}
        case "time":
            request = event["requestContext"]
            return {"statusCode": 200, "body": json.dumps([request["requestTime"], request["requestTimeEpoch"]])}
        case "echo": return {"statusCode": 200, "body": event["body"]}
"""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """The client's answer."""

    status: int
    headers: dict[str, str]
    body: str


class Api:
    """A REST API with the same integrations twice: called directly, and over HTTP as in plain LocalStack."""

    def __init__(self, emulator: Emulator, **settings: Any) -> None:
        self._emulator = emulator
        self._client = emulator.client("apigateway")
        self.id = self._client.create_rest_api(name="twice", **settings)["id"]
        self._root = self._client.get_resources(restApiId=self.id)["items"][0]["id"]

    def route(self, path: str, target: str) -> None:
        """Serve /direct-PATH and /http-PATH, and paths below, with this function; a role makes the difference."""
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{target}"
        for way, role in (("direct", {}), ("http", {"credentials": ROLE})):
            resource = self._resource(self._root, f"{way}-{path}", arn, role)
            self._resource(resource, "{below+}", arn, role)

    def _resource(self, parent: str, path: str, arn: str, role: dict[str, str]) -> str:
        resource = str(self._client.create_resource(restApiId=self.id, parentId=parent, pathPart=path)["id"])
        for method in ("POST", "HEAD"):
            self._method(resource, method, arn, role)
        return resource

    def _method(self, resource: str, method: str, arn: str, role: dict[str, str]) -> None:
        place = {"restApiId": self.id, "resourceId": resource, "httpMethod": method}
        self._client.put_method(**place, authorizationType="NONE")
        self._client.put_integration(
            **place,
            **role,
            type="AWS_PROXY",
            integrationHttpMethod="POST",
            uri=f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations",
        )

    def route_to_template(self, path: str, template: str) -> None:
        """Serve /PATH with a template."""
        resource = self._client.create_resource(restApiId=self.id, parentId=self._root, pathPart=path)["id"]
        place = {"restApiId": self.id, "resourceId": resource, "httpMethod": "POST"}
        self._client.put_method(**place, authorizationType="NONE")
        request = {"text/plain": '{"statusCode": 200}'}
        self._client.put_integration(**place, type="MOCK", requestTemplates=request)
        self._client.put_method_response(**place, statusCode="200")
        answer = {"text/plain": template}
        self._client.put_integration_response(**place, statusCode="200", responseTemplates=answer)

    def deploy(self) -> None:
        """Deploy the routes so far."""
        self._client.create_deployment(restApiId=self.id, stageName="test", variables={"colour": "blue"})

    def update(self, path: str, value: str) -> None:
        """Replace one of its settings."""
        change = {"op": "replace", "path": path, "value": value}
        self._client.update_rest_api(restApiId=self.id, patchOperations=[change])

    def post(self, path: str, body: str = "", **headers: str) -> Reply:
        """Call the API."""
        return self.call("POST", path, body.encode(), **headers)

    def call(self, method: str, path: str, body: bytes = b"", **headers: str) -> Reply:
        """Call the API with any method."""
        status, received, content = self.raw(method, path, body, headers)
        kept = {key.lower(): value for key, value in received.items() if key.lower() not in VOLATILE_HEADERS}
        return Reply(status=status, headers=kept, body=content.decode())

    def raw(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, Message, bytes]:
        """Return status, headers and body unchanged; fails if there is no answer."""
        url = f"{self._emulator.url}/_aws/execute-api/{self.id}/test/{path}"
        try:
            request = urllib.request.Request(url, body, {"Content-Type": "text/plain", **headers}, method=method)  # noqa: S310
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own server
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def lines(self, method: str, path: str, headers: Iterable[tuple[str, str]]) -> bytes:
        """Return the body of the answer to a request whose headers may be repeated."""
        connection = HTTPConnection(self._emulator.url.removeprefix("http://"), timeout=60)
        with closing(connection):
            connection.putrequest(method, f"/_aws/execute-api/{self.id}/test/{path}")
            for name, value in headers:
                connection.putheader(name, value)
            connection.endheaders()
            return connection.getresponse().read()


@contextmanager
def api_in_every_condition(localstack: Emulator) -> Iterator[Api]:
    """Make routes to functions in every condition."""
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
