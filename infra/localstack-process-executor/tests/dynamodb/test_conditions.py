"""DynamoDB's conditions behave as AWS documents them; see `dynamodb_table`."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.dynamodb_table import FAILED, INVALID, ITEM, KEY, Table, everywhere, refused, where_complete

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
    ("attribute_exists(n)", {"N": "5"}),  # an unused value
]


def condition(expression: str, value: dict[str, Any]) -> dict[str, Any]:
    """Return the condition as parameters of an operation."""
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
    """Nothing is written, and the error says that the condition failed."""
    for expression, value in DO_NOT_HOLD:
        with refused(FAILED):
            table.put(KEY, **condition(expression, value))
            pytest.fail(f"{expression} with {value} holds")
    assert table.get() == ITEM


@everywhere
def test_malformed_conditions_are_refused(table: Table) -> None:
    """They are the caller's error, whatever is stored."""
    for expression, value in MAKE_NO_SENSE:
        with refused(INVALID):
            table.put(KEY, **condition(expression, value))
            pytest.fail(f"{expression} with {value} is accepted")
    assert table.get() == ITEM


@where_complete
def test_a_failed_condition_returns_the_item(table: Table) -> None:
    """`ReturnValuesOnConditionCheckFailure=ALL_OLD` returns the existing item, as Powertools expects."""
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
