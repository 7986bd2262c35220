"""DynamoDB's operations on several items, and the expiry of items; see `dynamodb_table`."""

import pytest
from botocore.exceptions import ClientError

from support.dynamodb_table import INVALID, ITEM, KEY, Table, refused, where_complete
from support.emulator import Emulator


@where_complete
def test_a_transaction_is_written_whole_or_not_at_all(table: Table) -> None:
    """Nothing is written if one condition fails; the answer says which, with the item on request."""
    # Given
    put = {"Put": {"Item": {"id": {"S": "new"}}}}
    count = {
        "Update": {
            "Key": {"id": {"S": "c"}},
            "UpdateExpression": "ADD n :v",
            "ExpressionAttributeValues": {":v": {"N": "1"}},
        }
    }
    check = {
        "ConditionCheck": {
            "Key": KEY,
            "ConditionExpression": "attribute_not_exists(id)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }
    # When
    with refused("TransactionCanceledException") as answer:
        table.transact(put, count, check)
    # Then
    assert [reason["Code"] for reason in answer["CancellationReasons"]] == ["None", "None", "ConditionalCheckFailed"]
    assert answer["CancellationReasons"][2]["Item"] == ITEM
    assert table.get({"id": {"S": "new"}}) is table.get({"id": {"S": "c"}}) is None
    # And with a condition that holds
    table.transact(put, count, {"Delete": {"Key": KEY, "ConditionExpression": "attribute_exists(id)"}})
    assert (table.get({"id": {"S": "new"}}), table.get()) == ({"id": {"S": "new"}}, None)
    assert table.get({"id": {"S": "c"}}) == {"id": {"S": "c"}, "n": {"N": "1"}}


@where_complete
def test_a_transaction_that_cannot_be_written_writes_nothing(table: Table) -> None:
    """An update that fails after all conditions held undoes the others; an item may be named only once."""
    values = {"ExpressionAttributeValues": {":v": {"N": "1"}}}
    put = {"Put": {"Item": {"id": {"S": "new"}}}}
    with pytest.raises(ClientError):
        table.transact(put, {"Update": {"Key": KEY, "UpdateExpression": "SET n = :v ADD s :v", **values}})
    with refused(INVALID):
        table.transact(put, {"Delete": {"Key": {"id": {"S": "new"}}}})
    assert table.get() == ITEM
    assert table.get({"id": {"S": "new"}}) is None


@where_complete
def test_a_transaction_with_a_token_is_done_once(table: Table) -> None:
    """The same request again does nothing, and another one under the same token is refused."""
    values = {"ExpressionAttributeValues": {":v": {"N": "1"}}}
    count = {"Update": {"Key": KEY, "UpdateExpression": "ADD n :v", **values}}
    for _ in range(3):
        table.transact(count, ClientRequestToken="once")
    assert (table.get() or {})["n"] == {"N": "6"}
    with refused("IdempotentParameterMismatchException"):
        table.transact({"Delete": {"Key": KEY}}, ClientRequestToken="once")
    table.transact(count, ClientRequestToken="twice")
    assert (table.get() or {})["n"] == {"N": "7"}


@where_complete
def test_time_to_live_is_remembered(table: Table) -> None:
    """A table remembers the attribute by which its items expire."""
    specification = {"AttributeName": "expiration", "Enabled": True}
    table.client.update_time_to_live(TableName=table.name, TimeToLiveSpecification=specification)
    described = table.client.describe_time_to_live(TableName=table.name)["TimeToLiveDescription"]
    assert described["AttributeName"] == "expiration"
    assert described["TimeToLiveStatus"] in ("ENABLED", "ENABLING")


@pytest.mark.parametrize("table", ["process"], indirect=True)
def test_expired_items_are_deleted_on_request(table: Table, localstack: Emulator) -> None:
    """LocalStack's endpoint deletes the expired items, and no others, from tables with a time to live."""
    # Given
    specification = {"AttributeName": "expiration", "Enabled": True}
    table.client.update_time_to_live(TableName=table.name, TimeToLiveSpecification=specification)
    for key, moment in (("past", "1"), ("future", "99999999999"), ("text", None)):
        table.put({"id": {"S": key}, "expiration": {"N": moment} if moment else {"S": "1"}})
    # When
    deleted = localstack.request("DELETE", "/_aws/dynamodb/expired")
    # Then
    assert deleted == {"ExpiredItems": 1}
    assert {item["id"]["S"] for item in table.client.scan(TableName=table.name)["Items"]} == {"x", "future", "text"}
