"""A DynamoDB table that many functions share, which is left alone for a while when it does not answer."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Final, TypeVar

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from seedwork.infraestructura.aws.telemetry import logger

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_dynamodb import DynamoDBClient

T = TypeVar("T")

TIMEOUT_SECONDS: Final = 1.0
PAUSE_SECONDS: Final = 10


class SharedTable:
    """What functions know together; each goes on with what it knows itself while the table cannot be reached."""

    def __init__(self, name: str, session: boto3.session.Session, *, without_it: str, metric: str) -> None:
        """`without_it` tells in the log what becomes of a request then; `metric` counts how often that begins."""
        self.name = name
        self._without_it = without_it
        self._metric = metric
        once = Config(connect_timeout=TIMEOUT_SECONDS, read_timeout=TIMEOUT_SECONDS, retries={"total_max_attempts": 1})
        self.client: DynamoDBClient = session.client("dynamodb", config=once)
        self._alone_until = 0.0

    def attempt(self, operation: Callable[[], T], *, otherwise: T) -> T:
        """What `operation` returns, or `otherwise` while the table does not answer: one request in that time waits."""
        if monotonic() < self._alone_until:
            return otherwise
        try:
            return operation()
        except (BotoCoreError, ClientError) as error:
            self._leave_alone(error)
            return otherwise

    def _leave_alone(self, error: BotoCoreError | ClientError) -> None:
        self._alone_until = monotonic() + PAUSE_SECONDS
        logger.warning(
            f"table unavailable, {self._without_it}",
            extra={"table": self.name, "cause": type(error).__name__, "for_seconds": PAUSE_SECONDS},
        )
        with single_metric(name=self._metric, unit=MetricUnit.Count, value=1):
            pass
