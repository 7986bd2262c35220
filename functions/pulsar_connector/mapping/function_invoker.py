"""Invokes a consumer function synchronously, as an event source mapping does."""

from __future__ import annotations

from ast import literal_eval
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from seedwork.infraestructura.text import decimal_json

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class InvocationError(Exception):
    """The function did not answer for its batch: it failed, was throttled, took too long, or could not be reached."""


def lambda_client(*, connections: int, read_timeout_seconds: float) -> LambdaClient:
    """Make a client to share between threads and to close; it repeats no call, because redelivery does."""
    return boto3.client(
        "lambda",
        config=Config(
            connect_timeout=2,
            read_timeout=read_timeout_seconds,
            retries={"total_max_attempts": 1},
            max_pool_connections=connections,
            tcp_keepalive=True,
        ),
    )


def invoke(client: LambdaClient, function: str, event: bytes) -> bytes:
    """Return the function's answer; raises InvocationError."""
    try:
        response = client.invoke(FunctionName=function, InvocationType="RequestResponse", Payload=event)
        payload = response["Payload"].read()
    except ClientError as error:
        raise InvocationError(f"{error.response['Error']['Code']}: {error.response['Error']['Message']}") from error
    except BotoCoreError as error:
        raise InvocationError(str(error)) from error
    if "FunctionError" in response:
        raise InvocationError(_describe(payload))
    return payload


def _describe(payload: bytes) -> str:
    try:
        error = decimal_json.loads(payload)
        return f"function error {error['errorType']}: {_without_row(error['errorMessage'])}"
    except (ValueError, KeyError, TypeError):
        return "function error"


def _without_row(message: str) -> str:
    """Return an error of pg8000 without its fields that quote rows; any other text as it is.

    PostgreSQL's detail holds a whole row, which does not belong into lists and logs. pg8000 writes all fields, by their
    letters in the protocol, as a dictionary (https://www.postgresql.org/docs/current/protocol-error-fields.html).

    >>> _without_row("{'C': '23514', 'M': 'violates a check', 'D': 'Failing row contains (7, secret).'}")
    'violates a check (23514)'
    """
    try:
        fields = literal_eval(message)
        return f"{fields['M']} ({fields['C']})"
    except (ValueError, KeyError, TypeError, SyntaxError, MemoryError, RecursionError):
        return message
