"""What DynamoDB does with single items, with what AWS documents as the expectation; see `dynamodb_table`."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from dynamodb_table import FAILED, INVALID, ITEM, KEY, Table, everywhere, refused, where_complete

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
def test_arithmetic_is_exact(table: Table) -> None:
    """Decimal fractions to 38 digits.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
    """
    for before, expression, operand, after in (
        ("0.3", "SET n = n - :v", "0.1", "0.2"),
        ("0.1", "SET n = n + :v", "0.2", "0.3"),
        ("0.3", "ADD n :v", "-0.1", "0.2"),
        ("1.0", "SET n = n - :v", "1", "0"),
        ("1E-10", "SET n = n + :v", "1E+20", "100000000000000000000.0000000001"),
        ("1E-10", "ADD n :v", "1E+20", "100000000000000000000.0000000001"),
        ("12345678901234567890123456789012345678", "ADD n :v", "1", "12345678901234567890123456789012345679"),
        ("50", "SET n = n + :v", "50", "100"),
    ):
        table.put({**KEY, "n": {"N": before}})
        table.update(expression, {":v": {"N": operand}})
        assert table.get() == {**KEY, "n": {"N": after}}


@where_complete
def test_a_sum_out_of_range_is_refused(table: Table) -> None:
    """A number has at most 38 digits and is below 1E126; the item stays as it is."""
    for before, operand in (("9E125", "9E125"), ("1E30", "1E-30"), ("1234567890123456789012345678901234567.5", "0.25")):
        table.put({**KEY, "n": {"N": before}})
        stored = table.get()
        for expression in ("ADD n :v", "SET n = n + :v"):
            with refused(INVALID):
                table.update(expression, {":v": {"N": operand}})
                pytest.fail(f"{before} + {operand} is accepted")
        assert table.get() == stored


@everywhere
def test_a_set_has_each_element_once(table: Table) -> None:
    """Numbers are the same element however they are written, and a value that repeats one is refused."""
    table.put({**KEY, "ns": {"NS": ["1", "2"]}, "ss": {"SS": ["a"]}})
    table.update("ADD ns :n, ss :s", {":n": {"NS": ["1.0", "3"]}, ":s": {"SS": ["a", "b"]}})
    table.update("DELETE ns :n", {":n": {"NS": ["2.00"]}})
    item = table.get() or {}
    assert (sorted(item["ns"]["NS"]), sorted(item["ss"]["SS"])) == (["1", "3"], ["a", "b"])
    for twice in ({"NS": ["1", "1.0"]}, {"SS": ["a", "a"]}, {"BS": [b"a", b"a"]}):
        with refused(INVALID):
            table.put({**KEY, "twice": twice})
            pytest.fail(f"{twice} is accepted")


@everywhere
def test_numbers_are_spelled_the_same_wherever_they_are_read(table: Table) -> None:
    """Projections, returned values and the older parameters say what a plain read says."""
    table.put({**KEY, "n": {"N": "1E-9"}})
    part = table.client.get_item(TableName=table.name, Key=KEY, ProjectionExpression="n")["Item"]
    assert part == {"n": {"N": "0.000000001"}}
    for operand, total in (("0.3", "0.300000001"), ("-0.3", "0.000000001"), ("1E-12", "0.000000001001")):
        table.client.update_item(
            TableName=table.name, Key=KEY, AttributeUpdates={"n": {"Action": "ADD", "Value": {"N": operand}}}
        )
        assert table.get() == {**KEY, "n": {"N": total}}


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
