"""The idempotency table on moto."""

from __future__ import annotations

import boto3

NAME = "idempotency"


class IdempotencyTable:
    """The table, with methods that simulate faults and the passing of time."""

    def __init__(self) -> None:
        self._client = boto3.client("dynamodb")
        self.create()

    def create(self) -> None:
        """Create the table as in the template."""
        self._client.create_table(
            TableName=NAME,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )

    def drop(self) -> None:
        """Delete the table, as in an outage of DynamoDB."""
        self._client.delete_table(TableName=NAME)

    def let_pass(self, seconds: float) -> None:
        """Move the start of every attempt in progress into the past."""
        for item in self._client.scan(TableName=NAME)["Items"]:
            if "in_progress_expiration" in item:
                item["in_progress_expiration"]["N"] = str(
                    int(item["in_progress_expiration"]["N"]) - int(seconds * 1000)
                )
                self._client.put_item(TableName=NAME, Item=item)

    def forget(self) -> None:
        """Delete all records, as if they had expired."""
        self.drop()
        self.create()
