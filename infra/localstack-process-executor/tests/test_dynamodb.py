"""The DynamoDB provider."""

import http.client
import itertools
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from emulator import REGION, Emulator

ROUNDS = 200
WRITERS = 24


@pytest.fixture
def table(localstack: Emulator, name: str) -> Iterator[str]:
    """An empty table with a key `id`."""
    client = localstack.client("dynamodb")
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    yield name
    client.delete_table(TableName=name)


class Connection:
    """DynamoDB without boto3, whose own work would space the writers out."""

    def __init__(self, emulator: Emulator) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", emulator.port)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def call(self, operation: str, request: dict[str, Any]) -> int:
        """The status of the answer."""
        headers = {
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
            "Content-Type": "application/x-amz-json-1.0",
            "Authorization": f"AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/dynamodb/aws4_request, Signature=0",
        }
        self._connection.request("POST", "/", json.dumps(request), headers)
        answer = self._connection.getresponse()
        answer.read()
        return answer.status


def test_one_of_many_conditional_writers_wins(localstack: Emulator, table: str) -> None:
    """Of 24 writers of the same new item exactly one succeeds, 200 times over."""
    # Given
    connections = [Connection(localstack) for _ in range(WRITERS)]
    together = threading.Barrier(WRITERS)

    def write(writer: int, number: int) -> bool:
        request = {
            "TableName": table,
            "Item": {"id": {"S": str(number)}, "writer": {"N": str(writer)}},
            "ConditionExpression": "attribute_not_exists(id)",
        }
        together.wait()
        status = connections[writer].call("PutItem", request)
        assert status in (200, 400)
        return status == 200

    # When
    with ThreadPoolExecutor(WRITERS) as pool:
        winners = [sum(pool.map(write, range(WRITERS), itertools.repeat(number, WRITERS))) for number in range(ROUNDS)]
    for connection in connections:
        connection.close()
    # Then
    assert winners == [1] * ROUNDS


def test_a_failed_condition_returns_the_item(localstack: Emulator, table: str) -> None:
    """`ReturnValuesOnConditionCheckFailure=ALL_OLD` carries the item that was there, as Powertools expects."""
    # Given
    client = localstack.client("dynamodb")
    item = {"id": {"S": "a"}, "status": {"S": "COMPLETED"}, "amount": {"N": "1.50"}}
    client.put_item(TableName=table, Item=item)
    # When
    with pytest.raises(client.exceptions.ConditionalCheckFailedException) as failure:
        client.put_item(
            TableName=table,
            Item={"id": {"S": "a"}},
            ConditionExpression="attribute_not_exists(#id) OR #expiry < :now",
            ExpressionAttributeNames={"#id": "id", "#expiry": "expiration"},
            ExpressionAttributeValues={":now": {"N": "1"}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    # Then
    assert failure.value.response["Item"] == item


def test_a_transaction_is_written_whole_or_not_at_all(localstack: Emulator, table: str) -> None:
    """`TransactWriteItems` writes nothing when one of its conditions fails, and says which."""
    # Given
    client = localstack.client("dynamodb")
    client.put_item(TableName=table, Item={"id": {"S": "taken"}})

    def put(key: str) -> dict[str, Any]:
        return {
            "Put": {
                "TableName": table,
                "Item": {"id": {"S": key}},
                "ConditionExpression": "attribute_not_exists(id)",
            }
        }

    # When
    with pytest.raises(client.exceptions.TransactionCanceledException) as failure:
        client.transact_write_items(TransactItems=[put("free"), put("taken")])
    client.transact_write_items(TransactItems=[put("free-1"), put("free-2")])
    # Then
    assert [reason["Code"] for reason in failure.value.response["CancellationReasons"]] == [
        "None",
        "ConditionalCheckFailed",
    ]
    keys = {item["id"]["S"] for item in client.scan(TableName=table)["Items"]}
    assert keys == {"taken", "free-1", "free-2"}


def test_counters_and_time_to_live(localstack: Emulator, table: str) -> None:
    """`ADD` counts from nothing, and a table remembers which attribute its items expire by."""
    # Given
    client = localstack.client("dynamodb")
    client.update_time_to_live(
        TableName=table, TimeToLiveSpecification={"AttributeName": "expiration", "Enabled": True}
    )
    # When
    answers = [
        client.update_item(
            TableName=table,
            Key={"id": {"S": "counter"}},
            UpdateExpression="ADD hits :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
            ReturnValues="UPDATED_NEW",
        )
        for _ in range(3)
    ]
    # Then
    assert [answer["Attributes"]["hits"]["N"] for answer in answers] == ["1", "2", "3"]
    described = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    assert described == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiration"}


def test_cloudformation_makes_tables(localstack: Emulator, name: str) -> None:
    """A table as SAM templates declare it: on demand, with time to live and encryption."""
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
