"""A table on which DynamoDB's contract is tried, on our implementation and on a reference.

The reference is dynalite, if npm can fetch it, and also what `DYNAMODB_REFERENCE_URL` names, such as AWS's DynamoDB or
its local version.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.dynalite_process import REFERENCE, can_be_fetched
from support.waiting import eventually

COMPLETE = ["process", *(["reference"] if REFERENCE in os.environ else [])]
ALL = [*COMPLETE, *(["dynalite"] if can_be_fetched() else [])]

everywhere = pytest.mark.parametrize("table", ALL, indirect=True)
where_complete = pytest.mark.parametrize("table", COMPLETE, indirect=True)  # dynalite has no transactions

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
    """A table with a key `id`, which contains `ITEM`."""

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
        """Return an item."""
        item: dict[str, Any] | None = self.client.get_item(TableName=self.name, Key=key).get("Item")
        return item

    def transact(self, *items: dict[str, Any], **options: Any) -> None:
        """Write all or nothing; the table need not be named."""
        named = [{kind: {"TableName": self.name, **part} for kind, part in item.items()} for item in items]
        self.client.transact_write_items(TransactItems=named, **options)


@contextmanager
def refused(code: str) -> Iterator[dict[str, Any]]:
    """Expect this error in the block; its content is filled in."""
    content: dict[str, Any] = {}
    with pytest.raises(ClientError) as failure:
        yield content
    content.update(failure.value.response)
    assert content["Error"]["Code"] == code
