"""A preflight for several origins is a mock integration whose template overrides the answer, as AWS documents it.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
"""

import json

import pytest

from support.emulator import Emulator
from support.rest_api import Api

TEMPLATE = (
    '#set($allowed = ",https://a.example,http://localhost:3000,")'
    '#set($origin = $input.params().header.get("Origin"))'
    '#if(!$origin)#set($origin = $input.params().header.get("origin"))#end'
    '#if($allowed == ",*,")#set($context.responseOverride.header.Access-Control-Allow-Origin = "*")'
    '#elseif($origin && $allowed.contains(",$origin,"))'
    "#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)#end"
)
UNTYPED = {"Content-Type": "application/json"}  # API Gateway's default type of requests


@pytest.fixture(scope="module")
def preflighted(localstack: Emulator) -> Api:
    """An API with one path."""
    definition = {
        "swagger": "2.0",
        "info": {"title": "preflighted", "version": "1"},
        "paths": {
            "/x": {
                "options": {
                    "responses": {"204": {"description": "", "headers": {"Vary": {"type": "string"}}}},
                    "x-amazon-apigateway-integration": {
                        "type": "mock",
                        "requestTemplates": {"application/json": '{"statusCode": 204}'},
                        "responses": {
                            "default": {
                                "statusCode": "204",
                                "responseParameters": {"method.response.header.Vary": "'Origin'"},
                                "responseTemplates": {"application/json": TEMPLATE},
                            }
                        },
                    },
                }
            }
        },
    }
    api = Api(localstack)
    api.id = localstack.client("apigateway").import_rest_api(body=json.dumps(definition))["id"]
    api.deploy()
    return api


@pytest.mark.parametrize("name", ["Origin", "origin"])
@pytest.mark.parametrize("origin", ["https://a.example", "http://localhost:3000"])
def test_an_origin_in_the_list_is_named(preflighted: Api, name: str, origin: str) -> None:
    """The answer has nothing else."""
    reply = preflighted.call("OPTIONS", "x", b"", **{name: origin, "Access-Control-Request-Method": "POST", **UNTYPED})
    assert (reply.status, reply.body) == (204, "")
    assert reply.headers["access-control-allow-origin"] == origin
    assert reply.headers["vary"] == "Origin"
    assert "access-control-allow-methods" not in reply.headers, "nothing but what the API says"


@pytest.mark.parametrize("origin", ["https://b.example", "http://a.example", "https://a.example.evil.example", "null"])
def test_another_origin_is_not_named(preflighted: Api, origin: str) -> None:
    """A browser takes that for a refusal."""
    reply = preflighted.call(
        "OPTIONS", "x", b"", **{"Origin": origin, "Access-Control-Request-Method": "POST", **UNTYPED}
    )
    assert reply.status == 204
    assert "access-control-allow-origin" not in reply.headers
