"""The DynamoDB provider serves concurrent clients, on the fast path and on LocalStack's own."""

import http.client
import itertools
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from support.account import REGION
from support.emulator import Emulator

ROUNDS = 600
WRITERS = 8
# Makes threads switch everywhere, so that without the lock several writers win in at least one round of 50.
HURRY = "import sys\nsys.setswitchinterval(1e-6)\n"
VOLATILE_HEADERS = {"date", "x-amzn-requestid", "x-amz-crc32", "content-length"}  # keys may be in another order
OWN_PATH = {"Content-Encoding": "identity"}  # a header for which a request goes through all of LocalStack's handlers


@pytest.fixture
def table(localstack: Emulator, name: str) -> Iterator[str]:
    """An empty table with a key `id`."""
    make_table(localstack, name)
    yield name
    localstack.client("dynamodb").delete_table(TableName=name)


def make_table(localstack: Emulator, name: str) -> None:
    """Make the table."""
    localstack.client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )


class Reply(NamedTuple):
    """A client's answer."""

    status: int
    headers: dict[str, str]
    body: Any


class Connection:
    """A client without boto3, whose own work would space the writers out."""

    def __init__(self, emulator: Emulator) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", emulator.port)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def call(self, operation: str, request: dict[str, Any] | str, **headers: str) -> Reply:
        """Send a request and return the answer."""
        headers = {
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
            "Content-Type": "application/x-amz-json-1.0",
            "Authorization": f"AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/dynamodb/aws4_request, Signature=0",
            **headers,
        }
        self._connection.request("POST", "/", request if isinstance(request, str) else json.dumps(request), headers)
        answer = self._connection.getresponse()
        kept = {name.lower(): value for name, value in answer.getheaders() if name.lower() not in VOLATILE_HEADERS}
        return Reply(answer.status, kept, json.loads(answer.read()))


def test_one_of_many_conditional_writers_wins(
    start_localstack: Callable[[Mapping[str, str]], Emulator], name: str, tmp_path: Path
) -> None:
    """Of eight writers of the same new item, on both paths, exactly one succeeds, each time."""
    # Given
    (tmp_path / "sitecustomize.py").write_text(HURRY)
    localstack = start_localstack({"PYTHONPATH": str(tmp_path)})
    make_table(localstack, name)
    connections = [Connection(localstack) for _ in range(WRITERS)]
    together = threading.Barrier(WRITERS)

    def write(writer: int, number: int) -> bool:
        request = {
            "TableName": name,
            "Item": {"id": {"S": str(number)}, "writer": {"N": str(writer)}},
            "ConditionExpression": "attribute_not_exists(id)",
        }
        together.wait()
        status = connections[writer].call("PutItem", request, **(OWN_PATH if writer % 2 else {})).status
        assert status in (200, 400)
        return status == 200

    # When
    with ThreadPoolExecutor(WRITERS) as pool:
        winners = [sum(pool.map(write, range(WRITERS), itertools.repeat(number, WRITERS))) for number in range(ROUNDS)]
    for connection in connections:
        connection.close()
    # Then
    assert winners == [1] * ROUNDS


@pytest.mark.parametrize(
    ("operation", "request_", "status"),
    [
        ("PutItem", {"Item": {"id": {"S": "x"}, "n": {"N": "1"}}, "ReturnValues": "ALL_OLD"}, 200),
        ("GetItem", {"Key": {"id": {"S": "x"}}}, 200),
        ("GetItem", {"Key": {"id": {"S": "none"}}, "ReturnConsumedCapacity": "TOTAL"}, 200),
        ("PutItem", {"Item": {"id": {"S": "x"}}, "ConditionExpression": "attribute_not_exists(id)"}, 400),
        ("UpdateItem", {"Key": {"id": {"S": "x"}}, "UpdateExpression": "nonsense"}, 400),
        ("UpdateItem", {"Key": {}, "UpdateExpression": "REMOVE n"}, 400),
        ("UpdateItem", {}, 400),
        ("GetItem", {"TableName": "absent", "Key": {"id": {"S": "x"}}}, 400),
        ("DeleteItem", {"Key": {"id": {"S": "x"}}, "ReturnValues": "ALL_OLD"}, 200),
        ("GetItem", "{", 500),  # LocalStack refuses what is not JSON
    ],
)
def test_the_fast_path_gives_the_same_answers(
    localstack: Emulator, table: str, operation: str, request_: dict[str, Any] | str, status: int
) -> None:
    """The fast path's answers equal those of LocalStack's own path."""
    # Given
    connection = Connection(localstack)
    item = {"TableName": table, "Item": {"id": {"S": "x"}, "n": {"N": "1.5"}, "b": {"B": "AQI="}, "s": {"SS": ["a"]}}}
    request = request_ if isinstance(request_, str) else {"TableName": table, **request_}
    # When
    replies = []
    for headers in ({}, OWN_PATH):
        connection.call("PutItem", item)
        replies.append(connection.call(operation, request, **headers))
    connection.close()
    # Then
    assert replies[0] == replies[1]
    assert replies[0].status == status


def test_a_plain_request_takes_the_fast_path(localstack: Emulator, table: str) -> None:
    """The thread that receives requests serves it; LocalStack's log has a line for both paths."""
    connection = Connection(localstack)
    before = len(localstack.log.read_text())
    for headers in ({}, OWN_PATH):
        connection.call("GetItem", {"TableName": table, "Key": {"id": {"S": "x"}}}, **headers)
    connection.close()
    lines = [line for line in localstack.log.read_text()[before:].splitlines() if "AWS dynamodb.GetItem => 200" in line]
    assert ["MainThread" in line for line in lines] == [True, False]


def test_cloudformation_makes_tables(localstack: Emulator, name: str) -> None:
    """The table is as SAM templates declare it: on demand, with time to live and encryption."""
    # Given
    template = {
        "Resources": {
            "Table": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "TableName": name,
                    "BillingMode": "PAY_PER_REQUEST",
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "TimeToLiveSpecification": {"AttributeName": "expiration", "Enabled": True},
                    "SSESpecification": {"SSEEnabled": True},
                },
            }
        },
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Table", "Arn"]}}},
    }
    cloudformation, dynamodb = localstack.client("cloudformation"), localstack.client("dynamodb")
    # When
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template))
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 0.2})
    # Then
    outputs = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["Outputs"]
    assert outputs[0]["OutputValue"] == f"arn:aws:dynamodb:{REGION}:000000000000:table/{name}"
    assert dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED"
    cloudformation.delete_stack(StackName=name)
