"""The shared parts of bare functions: a connection, prepared statements, Powertools' idempotency."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig, idempotent_function

from seedwork.infraestructura.postgres.database import connect
from seedwork.infraestructura.postgres.database_secret import DatabaseSecret

if TYPE_CHECKING:
    import pg8000.native

Event = dict[str, Any]


class Recorder:
    """Replaces the database to record the statement of an adapter."""

    def run(self, sql: str, **parameters: Any) -> list[list[Any]]:
        """Keep the statement; return no rows."""
        self.sql, self.parameters = sql, parameters
        return []

    read = run


def answered(body: str) -> Any:
    """Return a body as a view's answer."""
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "multiValueHeaders": {}, "body": body}


@cache
def connection() -> pg8000.native.Connection:
    """Open the connection once, and keep it."""
    return connect(DatabaseSecret.read(os.environ["DATABASE_SECRET"]))


@cache
def prepared(sql: str) -> pg8000.native.PreparedStatement:
    """Prepare a statement once, so that each run is one round trip."""
    return connection().prepare(sql)


@cache
def idempotent(work: Callable[[], str]) -> Callable[..., Event]:
    """Wrap work in Powertools' idempotency, which makes two calls of DynamoDB."""
    decorated: Callable[..., Event] = idempotent_function(
        lambda request: {"body": work()},  # noqa: ARG005 - Powertools reads the request
        data_keyword_argument="request",
        persistence_store=DynamoDBPersistenceLayer(table_name=os.environ["IDEMPOTENCY_TABLE"]),
        config=IdempotencyConfig(
            event_key_jmespath="key",
            payload_validation_jmespath="payload",
            raise_on_no_idempotency_key=True,
            hash_function="sha256",
        ),
        key_prefix="bare",
    )
    return decorated
