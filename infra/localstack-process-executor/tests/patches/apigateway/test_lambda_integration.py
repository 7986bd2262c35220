"""API Gateway calls functions in the same process, with the same results as over HTTP."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from support.account import ACCOUNT, REGION
from support.emulator import COME_AND_GO, Emulator
from support.lambda_metrics import total
from support.rest_api import CODE, Api
from support.waiting import eventually


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
    """Status, headers and body are the same for every condition of a function."""
    # When
    direct, http = api.post(f"direct-{call}"), api.post(f"http-{call}")
    # Then
    assert direct == http
    assert direct.status == status
    assert direct.body == (json.dumps({"message": "Internal server error"}) if body is None else body)


def test_a_dying_process_fails_its_own_request_only(api: Api, localstack: Emulator) -> None:
    """One process dies while idle, another in the middle of a request."""
    # Given
    api.post("direct-works?do=echo", "warm")
    # When
    for process in localstack.function_processes():
        process.kill()
    # Then
    assert api.post("direct-works?do=echo", "next").body == "next"
    # When
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(api.post, "direct-works?do=wait")
        time.sleep(0.02)
        for process in localstack.function_processes():
            process.kill()
        # Then
        assert waiting.result().status == 502
    assert api.post("direct-works?do=echo", "next").body == "next"


def test_an_update_lets_requests_end(api: Api, localstack: Emulator) -> None:
    """The old code answers a request in progress."""
    # Given
    api.post("direct-works?do=echo", "warm")
    with ThreadPoolExecutor() as pool:
        # When
        waiting = pool.submit(api.post, "direct-works?do=wait")
        time.sleep(0.02)
        localstack.lambda_.update_function_configuration(FunctionName="api-works", Description="changed")
        # Then
        assert waiting.result().body == "waited"
    localstack.lambda_.get_waiter("function_updated_v2").wait(FunctionName="api-works", WaiterConfig={"Delay": 0.1})
    assert api.post("direct-works?do=echo", "after").body == "after"


def test_requests_leave_nothing(api: Api, localstack: Emulator) -> None:
    """Threads and open files do not grow with requests and crashes."""

    def use(requests: int) -> None:
        for number in range(requests):
            assert api.post(f"direct-works?do={'exit' if number % 25 == 12 else 'echo'}", "x").status in (200, 502)

    # Given
    use(100)
    threads, descriptors = localstack.threads(), localstack.descriptors()
    # When
    use(500)
    # Then
    eventually(lambda: localstack.threads() <= threads + COME_AND_GO)
    eventually(lambda: localstack.descriptors() <= descriptors + COME_AND_GO)


def test_requests_are_logged_and_counted(localstack: Emulator) -> None:
    """The counts and logs equal those of other invocations."""
    # Given
    function = localstack.deploy("api-counted", CODE)
    counted = Api(localstack)
    counted.route("counted", "api-counted")
    counted.deploy()
    # When
    for do in ("echo", "echo", "raise", "exit", "echo"):
        counted.post(f"direct-counted?do={do}", "x")
    # Then
    eventually(lambda: total(localstack, "api-counted", "Invocations") == 5)
    eventually(lambda: total(localstack, "api-counted", "Errors") == 2)
    for line in ("START ", "REPORT "):
        eventually(lambda: sum(one.startswith(line) for one in function.log_lines()) == 5)  # noqa: B023
    localstack.lambda_.delete_function(FunctionName="api-counted")


def test_a_direct_call_carries_a_large_body(api: Api) -> None:
    """Five megabytes go in and out unchanged, as over HTTP."""
    body = "large " * 900_000
    direct, http = (api.post(f"{way}-works?do=echo", body) for way in ("direct", "http"))
    assert direct == http
    assert direct.body == body


def test_a_throttled_call_is_refused_at_once(api: Api) -> None:
    """The call is direct: over HTTP LocalStack's own client would retry for seconds."""
    began = time.monotonic()
    assert api.post("direct-throttled?do=echo").status == 502
    assert time.monotonic() - began < 1


def test_gateway_responses_of_an_imported_api_are_used(localstack: Emulator) -> None:
    """API Gateway's own answers have the form that the API defines for a reason or a class of reasons."""
    # Given
    absent = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:api-absent"
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{absent}/invocations"
    integration = {"type": "AWS_PROXY", "httpMethod": "POST", "uri": uri}
    definition = {
        "swagger": "2.0",
        "info": {"title": "configured", "version": "1"},
        "paths": {"/broken": {"get": {"x-amazon-apigateway-integration": integration}}},
        "x-amazon-apigateway-gateway-responses": {
            "MISSING_AUTHENTICATION_TOKEN": {
                "statusCode": "404",
                "responseParameters": {"gatewayresponse.header.Content-Type": "'application/problem+json'"},
                "responseTemplates": {"application/json": '{"title": "nothing here", "instance": "$context.path"}'},
            },
            "DEFAULT_5XX": {
                "statusCode": "503",
                "responseParameters": {
                    "gatewayresponse.header.Retry-After": "'2'",
                    "gatewayresponse.header.Access-Control-Allow-Origin": "method.request.header.Origin",
                    "gatewayresponse.header.X-Request": "context.requestId",
                },
                "responseTemplates": {"application/json": '{"title": "try again"}'},
            },
        },
    }
    client = localstack.client("apigateway")
    api = Api(localstack)
    api.id = client.import_rest_api(body=json.dumps(definition))["id"]
    api.deploy()
    # When
    reply, broken = api.post("nowhere"), api.call("GET", "broken")
    of_a_page = api.call("GET", "broken", origin="https://tienda.example")
    # Then
    assert reply.status == 404
    assert reply.headers["content-type"] == "application/problem+json"
    assert json.loads(reply.body)["title"] == "nothing here"
    assert broken.status == 503
    assert broken.headers["retry-after"] == "2"
    assert json.loads(broken.body) == {"title": "try again"}
    assert broken.headers["x-request"]
    assert "access-control-allow-origin" not in broken.headers
    assert of_a_page.headers["access-control-allow-origin"] == "https://tienda.example"
