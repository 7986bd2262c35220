"""DynamoDB's operations on single items behave as AWS documents them; see `dynamodb_table`."""

from typing import Any

import pytest

from support.dynamodb_table import INVALID, ITEM, KEY, Table, everywhere, refused, where_complete


@everywhere
def test_updates_change_and_return_attributes(table: Table) -> None:
    """Each clause and the five kinds of return values work."""
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
    """It changes none of the attributes before the failing one, and makes no item."""
    one = {":v": {"N": "1"}}
    for expression in ("SET n = :v ADD s :v", "SET n = :v, q.r.s = :v", "SET n = :v, q = gone + :v", "SET id = :v"):
        for key in (KEY, {"id": {"S": "new"}}):
            if "ADD s" in expression and key is not KEY:
                continue  # in this item the attribute can be changed
            with refused(INVALID):
                table.update(expression, one, Key=key)
                pytest.fail(f"{expression} is accepted")
    assert table.get() == ITEM
    assert table.get({"id": {"S": "new"}}) is None


@everywhere
def test_numbers_are_exact(table: Table) -> None:
    """Numbers have 38 digits and one spelling; more digits, and anything but a number, are refused."""
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
    """Decimal fractions are added and subtracted to 38 digits.

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
    """A number has at most 38 digits and is below 1E126; the item stays unchanged."""
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
    """Equal numbers are the same element in any spelling, and a value that repeats one is refused."""
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
    """Projections, returned values and the older parameters agree with a plain read."""
    table.put({**KEY, "n": {"N": "1E-9"}})
    part = table.client.get_item(TableName=table.name, Key=KEY, ProjectionExpression="n")["Item"]
    assert part == {"n": {"N": "0.000000001"}}
    for operand, total in (("0.3", "0.300000001"), ("-0.3", "0.000000001"), ("1E-12", "0.000000001001")):
        table.client.update_item(
            TableName=table.name, Key=KEY, AttributeUpdates={"n": {"Action": "ADD", "Value": {"N": operand}}}
        )
        assert table.get() == {**KEY, "n": {"N": total}}


@everywhere
def test_puts_and_deletes_return_the_old_item(table: Table) -> None:
    """They return the old item on request, and nothing if there was none."""
    old = {"ReturnValues": "ALL_OLD"}
    assert table.put(KEY, **old)["Attributes"] == ITEM
    assert "Attributes" not in table.put({"id": {"S": "new"}}, **old)
    assert table.client.delete_item(TableName=table.name, Key=KEY, **old)["Attributes"] == KEY
    assert "Attributes" not in table.client.delete_item(TableName=table.name, Key=KEY, **old)
    assert "ConsumedCapacity" not in table.put(KEY)


@everywhere
def test_items_without_their_key_are_refused(table: Table) -> None:
    """The key may not be missing, empty, of another type, or have more attributes."""
    for item in ({"n": {"N": "1"}}, {"id": {"N": "1"}}, {"id": {"S": ""}}):
        with refused(INVALID):
            table.put(item)
    with refused(INVALID):
        table.get({**KEY, "n": {"N": "1"}})
    with refused("ResourceNotFoundException"):
        table.client.get_item(TableName=f"{table.name}-other", Key=KEY)
