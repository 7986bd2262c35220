"""What DynamoDB does, on ours and on a reference, with what AWS documents as the expectation.

The reference is dynalite, where npm can fetch it, and besides it what `DYNAMODB_REFERENCE_URL` names, such as AWS's
DynamoDB or its local version.
"""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from dynalite_process import REFERENCE, can_be_fetched, dynalite
from emulator import REGION, Emulator, eventually

COMPLETE = ["process", *(["reference"] if REFERENCE in os.environ else [])]
ALL = [*COMPLETE, *(["dynalite"] if can_be_fetched() else [])]

KEY = {"id": {"S": "x"}}
ITEM: dict[str, Any] = {
    **KEY,
    "n": {"N": "5"},
    "s": {"S": "abc"},
    "l": {"L": [{"N": "1"}, {"N": "2"}]},
    "m": {"M": {"a": {"N": "1"}}},
    "ss": {"SS": ["a", "b"]},
    "b": {"BOOL": True},
    "z": {"NULL": True},
    "bin": {"B": b"\1\2"},
}
FAILED = "ConditionalCheckFailedException"
INVALID = "ValidationException"


class Table:
    """A table with a key `id`, in which `ITEM` is."""

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.name = name
        client.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        eventually(lambda: client.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE")
        self.put(ITEM)

    def put(self, item: dict[str, Any], condition: str | None = None, **options: Any) -> dict[str, Any]:
        """Replace an item."""
        if condition is not None:
            options["ConditionExpression"] = condition
        return dict(self.client.put_item(TableName=self.name, Item=item, **options))

    def update(self, expression: str, values: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        """Change an item, which is `ITEM` unless `Key` says otherwise."""
        options = {"Key": KEY, **options, **({"ExpressionAttributeValues": values} if values else {})}
        return dict(self.client.update_item(TableName=self.name, UpdateExpression=expression, **options))

    def get(self, key: dict[str, Any] = KEY) -> dict[str, Any] | None:
        """An item."""
        item: dict[str, Any] | None = self.client.get_item(TableName=self.name, Key=key).get("Item")
        return item

    def transact(self, *items: dict[str, Any], **options: Any) -> None:
        """Write all or nothing; the table need not be named."""
        named = [{kind: {"TableName": self.name, **part} for kind, part in item.items()} for item in items]
        self.client.transact_write_items(TransactItems=named, **options)


@contextmanager
def refused(code: str) -> Iterator[dict[str, Any]]:
    """What is inside is answered with this error, whose content is filled in."""
    content: dict[str, Any] = {}
    with pytest.raises(ClientError) as failure:
        yield content
    content.update(failure.value.response)
    assert content["Error"]["Code"] == code


@pytest.fixture(scope="session")
def dynalite_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running dynalite."""
    with dynalite(tmp_path_factory.mktemp("reference") / "dynalite") as url:
        yield url


@pytest.fixture
def table(request: pytest.FixtureRequest, name: str) -> Iterator[Table]:
    """A table of the implementation that the test is run with."""
    which = request.param
    if which == "process":
        client = request.getfixturevalue("localstack").client("dynamodb")
    else:
        url = request.getfixturevalue("dynalite_url") if which == "dynalite" else os.environ[REFERENCE]
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"} if "amazonaws.com" not in url else {}
        client = boto3.client("dynamodb", endpoint_url=url, region_name=REGION, **keys)
    with closing(client):
        yield Table(client, name)
        client.delete_table(TableName=name)


everywhere = pytest.mark.parametrize("table", ALL, indirect=True)
where_complete = pytest.mark.parametrize("table", COMPLETE, indirect=True)  # dynalite has no transactions

HOLD: list[tuple[str, dict[str, Any]]] = [
    ("attribute_exists(n)", {}),
    ("attribute_not_exists(q)", {}),
    ("attribute_not_exists(l[9])", {}),
    ("n = :v", {"N": "5.0"}),
    ("n = :v", {"N": "0.5E1"}),
    ("n < :v", {"N": "5.00000000000000000000000000000000001"}),
    ("n >= :v", {"N": "5"}),
    ("n BETWEEN :v AND :v", {"N": "5"}),
    ("n IN (:v)", {"N": "5"}),
    ("q <> :v", {"N": "5"}),
    ("NOT n = :v", {"N": "4"}),
    ("n = :v\n\tOR n = :v AND s = :v", {"N": "5"}),
    ("NOT (n = :v AND s = :v)", {"N": "5"}),
    ("attribute_type(n, :v)", {"S": "N"}),
    ("begins_with(s, :v)", {"S": "ab"}),
    ("contains(s, :v)", {"S": "bc"}),
    ("contains(ss, :v)", {"S": "a"}),
    ("contains(l, :v)", {"N": "1.0"}),
    ("size(s) = :v", {"N": "3"}),
    ("size(bin) = :v", {"N": "2"}),
    ("size(l) > :v", {"N": "1"}),
    ("m.a = :v AND l[0] = :v", {"N": "1"}),
    ("ss = :v", {"SS": ["b", "a"]}),
    ("b = :v", {"BOOL": True}),
    ("bin < :v", {"B": b"\2"}),
]
DO_NOT_HOLD: list[tuple[str, dict[str, Any]]] = [
    ("attribute_exists(q)", {}),
    ("attribute_not_exists(id)", {}),
    ("n = :v", {"S": "5"}),
    ("n < :v", {"S": "9"}),
    ("q = :v", {"N": "5"}),
    ("q < :v", {"N": "5"}),
    ("n BETWEEN :v AND :v", {"N": "6"}),
    ("(n = :v OR n = :v) AND s = :v", {"N": "5"}),
    ("begins_with(n, :v)", {"S": "5"}),
    ("size(n) = :v", {"N": "1"}),
    ("size(q) = :v", {"N": "1"}),
]
MAKE_NO_SENSE: list[tuple[str, dict[str, Any]]] = [
    ("", {}),
    ("n = = :v", {"N": "5"}),
    ("n = :w", {"N": "5"}),
    ("#n = :v", {"N": "5"}),
    ("status = :v", {"N": "5"}),  # a reserved word
    ("attribute_exists(n)", {"N": "5"}),  # a value that nothing uses
]


def condition(expression: str, value: dict[str, Any]) -> dict[str, Any]:
    """As parameters of an operation."""
    return {
        "ConditionExpression": expression,
        **({"ExpressionAttributeValues": {":v": value}} if value else {}),
    }


@everywhere
def test_conditions_that_hold(table: Table) -> None:
    """The item is written."""
    for expression, value in HOLD:
        try:
            table.put(ITEM, **condition(expression, value))
        except ClientError as error:
            pytest.fail(f"{expression} with {value}: {error}")


@everywhere
def test_conditions_that_do_not_hold(table: Table) -> None:
    """Nothing is written, and the error says that it is the condition."""
    for expression, value in DO_NOT_HOLD:
        with refused(FAILED):
            table.put(KEY, **condition(expression, value))
            pytest.fail(f"{expression} with {value} holds")
    assert table.get() == ITEM


@everywhere
def test_conditions_that_make_no_sense(table: Table) -> None:
    """They are the caller's error, whatever is stored."""
    for expression, value in MAKE_NO_SENSE:
        with refused(INVALID):
            table.put(KEY, **condition(expression, value))
            pytest.fail(f"{expression} with {value} is accepted")
    assert table.get() == ITEM


@where_complete
def test_a_failed_condition_returns_the_item(table: Table) -> None:
    """`ReturnValuesOnConditionCheckFailure=ALL_OLD` carries the item that was there, as Powertools expects."""
    wanted: dict[str, Any] = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    never = "attribute_not_exists(id)"
    with refused(FAILED) as put:
        table.put(KEY, never, **wanted)
    with refused(FAILED) as update:
        table.update("REMOVE n", ConditionExpression=never, **wanted)
    with refused(FAILED) as delete:
        table.client.delete_item(TableName=table.name, Key=KEY, ConditionExpression=never, **wanted)
    with refused(FAILED) as not_wanted:
        table.put(KEY, never)
    assert put["Item"] == update["Item"] == delete["Item"] == ITEM
    assert "Item" not in not_wanted


@everywhere
def test_what_updates_do_and_return(table: Table) -> None:
    """Each clause, and the five kinds of return values."""
    one = {":v": {"N": "1"}}

    def changed(expression: str, values: dict[str, Any] | None = None, returned: str = "UPDATED_NEW") -> Any:
        return table.update(expression, values, ReturnValues=returned).get("Attributes")

    assert changed("ADD n :v", one) == {"n": {"N": "6"}}
    assert changed("ADD n :v", one, "UPDATED_OLD") == {"n": {"N": "6"}}
    assert changed("SET n = n - :v", {":v": {"N": "0.1"}}) == {"n": {"N": "6.9"}}
    assert changed("ADD hits :v", one) == {"hits": {"N": "1"}}
    assert changed("SET c = if_not_exists(c, :z) + :v", {**one, ":z": {"N": "0"}}) == {"c": {"N": "1"}}
    assert changed("SET l = list_append(l, :v)", {":v": {"L": [{"N": "3"}]}}) == {
        "l": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}]}
    }
    assert changed("REMOVE l[0]", None, "NONE") is None
    assert changed("SET l[9] = :v", one, "ALL_NEW")["l"] == {"L": [{"N": "2"}, {"N": "3"}, {"N": "1"}]}
    assert changed("DELETE ss :v", {":v": {"SS": ["a"]}}) == {"ss": {"SS": ["b"]}}
    assert "ss" not in changed("DELETE ss :v", {":v": {"SS": ["b"]}}, "ALL_NEW")
    assert changed("SET m.q = :v", one) == {"m": {"M": {"q": {"N": "1"}}}}
    assert changed("SET s = n, n = s") == {"s": {"N": "6.9"}, "n": {"S": "abc"}}
    assert changed("REMOVE s", None, "ALL_OLD")["s"] == {"N": "6.9"}
    assert table.update("SET q = :v", one, Key={"id": {"S": "new"}}, ReturnValues="ALL_OLD").get("Attributes") is None
    assert table.get({"id": {"S": "new"}}) == {"id": {"S": "new"}, "q": {"N": "1"}}


@everywhere
def test_an_update_that_fails_changes_nothing(table: Table) -> None:
    """Neither the attributes before the one that cannot be changed, nor is an item made of it."""
    one = {":v": {"N": "1"}}
    for expression in ("SET n = :v ADD s :v", "SET n = :v, q.r.s = :v", "SET n = :v, q = gone + :v", "SET id = :v"):
        for key in (KEY, {"id": {"S": "new"}}):
            if "ADD s" in expression and key is not KEY:
                continue  # there it can be
            with refused(INVALID):
                table.update(expression, one, Key=key)
                pytest.fail(f"{expression} is accepted")
    assert table.get() == ITEM
    assert table.get({"id": {"S": "new"}}) is None


@everywhere
def test_numbers_are_exact(table: Table) -> None:
    """38 digits, equal ones are spelled equally, more digits and what is no number is refused."""
    digits = "12345678901234567890123456789012345678"
    table.put({**KEY, "many": {"N": digits}, "same": {"N": "01.500"}, "set": {"NS": ["1.0"]}, "small": {"N": "1E-9"}})
    assert table.get() == {
        **KEY,
        "many": {"N": digits},
        "same": {"N": "1.5"},
        "set": {"NS": ["1"]},
        "small": {"N": "0.000000001"},
    }
    for wrong in (digits + "9", "1E126", "1E-131", "one", "NaN", "Infinity", "1 "):
        with refused(INVALID):
            table.put({**KEY, "n": {"N": wrong}})
            pytest.fail(f"{wrong} is accepted")


@everywhere
def test_what_puts_and_deletes_return(table: Table) -> None:
    """The old item when it is asked for, and nothing when there was none."""
    old = {"ReturnValues": "ALL_OLD"}
    assert table.put(KEY, **old)["Attributes"] == ITEM
    assert "Attributes" not in table.put({"id": {"S": "new"}}, **old)
    assert table.client.delete_item(TableName=table.name, Key=KEY, **old)["Attributes"] == KEY
    assert "Attributes" not in table.client.delete_item(TableName=table.name, Key=KEY, **old)
    assert "ConsumedCapacity" not in table.put(KEY)


@everywhere
def test_items_without_their_key_are_refused(table: Table) -> None:
    """No key, one of another type, an empty one, or more than the key."""
    for item in ({"n": {"N": "1"}}, {"id": {"N": "1"}}, {"id": {"S": ""}}):
        with refused(INVALID):
            table.put(item)
    with refused(INVALID):
        table.get({**KEY, "n": {"N": "1"}})
    with refused("ResourceNotFoundException"):
        table.client.get_item(TableName=f"{table.name}-other", Key=KEY)


@where_complete
def test_a_transaction_is_written_whole_or_not_at_all(table: Table) -> None:
    """Nothing is written when one condition fails, and the answer says which, with the item if it is wanted."""
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
    """An update that fails after the conditions held takes the others with it; one item may be named once."""
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
    """The same request again does nothing, another one under the same token is refused."""
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
    """Which attribute items expire by."""
    specification = {"AttributeName": "expiration", "Enabled": True}
    table.client.update_time_to_live(TableName=table.name, TimeToLiveSpecification=specification)
    described = table.client.describe_time_to_live(TableName=table.name)["TimeToLiveDescription"]
    assert described["AttributeName"] == "expiration"
    assert described["TimeToLiveStatus"] in ("ENABLED", "ENABLING")


@pytest.mark.parametrize("table", ["process"], indirect=True)
def test_expired_items_are_deleted_when_told(table: Table, localstack: Emulator) -> None:
    """LocalStack's endpoint for it deletes what has expired, and nothing else, from tables with a time to live."""
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
