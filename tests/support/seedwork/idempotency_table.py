"""The idempotency table on moto."""

from __future__ import annotations

import boto3

NAME = "idempotency"


class IdempotencyTable:
    """The table, as a test wants to treat it."""

    def __init__(self) -> None:
        self._client = boto3.client("dynamodb")
        self.create()

    def create(self) -> None:
        """As the template has it."""
        self._client.create_table(
            TableName=NAME,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )

    def drop(self) -> None:
        """As if DynamoDB were gone."""
        self._client.delete_table(TableName=NAME)

    def let_pass(self, seconds: float) -> None:
        """As if every attempt in progress had begun so much earlier."""
        for item in self._client.scan(TableName=NAME)["Items"]:
            if "in_progress_expiration" in item:
                item["in_progress_expiration"]["N"] = str(
                    int(item["in_progress_expiration"]["N"]) - int(seconds * 1000)
                )
                self._client.put_item(TableName=NAME, Item=item)

    def forget(self) -> None:
        """As if every record had expired."""
        self.drop()
        self.create()
