"""Measures Powertools' idempotent call with several DynamoDBs, in turns."""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)

from support.account import REGION
from support.dynalite_process import REFERENCE, dynalite

CALLS = 400
TABLE = "idempotency"


@contextmanager
def reference(folder: Path) -> Iterator[tuple[str, str]]:
    """Start the reference: the one that `DYNAMODB_REFERENCE_URL` names, or dynalite; yield its name and address."""
    if url := os.environ.get(REFERENCE):
        yield "the reference", url
    else:
        with dynalite(folder / "dynalite") as url:
            yield "dynalite", url


def idempotent_call_seconds(*urls: str) -> list[float]:
    """Return the median time of a first call, for each address."""
    os.environ.setdefault("AWS_LAMBDA_FUNCTION_NAME", "benchmark")
    calls = [_idempotent(url) for url in urls]
    times: list[list[float]] = [[] for _ in urls]
    for number in range(CALLS):
        for call, taken in zip(calls, times, strict=True):
            began = time.perf_counter()
            call(data=number)
            taken.append(time.perf_counter() - began)
    return [statistics.median(taken) for taken in times]


def _idempotent(url: str) -> Callable[..., object]:
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    client = boto3.client("dynamodb", endpoint_url=url, region_name=REGION, **keys)
    client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    client.get_waiter("table_exists").wait(TableName=TABLE, WaiterConfig={"Delay": 1})
    layer = DynamoDBPersistenceLayer(table_name=TABLE, boto3_client=client)

    def done(data: int) -> dict[str, int]:
        return {"done": data}

    once = idempotent_function(data_keyword_argument="data", persistence_store=layer, config=IdempotencyConfig())
    call: Callable[..., object] = once(done)
    return call
