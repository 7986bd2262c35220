"""A DynamoDB table shared by many functions, which pause their requests to it when it does not answer."""

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
    """The functions' shared knowledge; while the table is unavailable, each function decides with its own knowledge."""

    def __init__(self, name: str, session: boto3.session.Session, *, warning: str, metric: str) -> None:
        """`warning` is logged, and `metric` counted, whenever the table becomes unavailable."""
        self.name = name
        self._warning = warning
        self._metric = metric
        once = Config(connect_timeout=TIMEOUT_SECONDS, read_timeout=TIMEOUT_SECONDS, retries={"total_max_attempts": 1})
        self.client: DynamoDBClient = session.client("dynamodb", config=once)
        self._paused_until = 0.0

    def attempt(self, operation: Callable[[], T], *, otherwise: T) -> T:
        """Return the result of `operation`, or `otherwise` if the table does not answer.

        After a failure the table is not asked for `PAUSE_SECONDS`, so at most one call in that time waits.
        """
        if monotonic() < self._paused_until:
            return otherwise
        try:
            return operation()
        except (BotoCoreError, ClientError) as error:
            self._pause(error)
            return otherwise

    def _pause(self, error: BotoCoreError | ClientError) -> None:
        self._paused_until = monotonic() + PAUSE_SECONDS
        logger.warning(
            self._warning,
            extra={"table": self.name, "cause": type(error).__name__, "for_seconds": PAUSE_SECONDS},
        )
        with single_metric(name=self._metric, unit=MetricUnit.Count, value=1):
            pass
