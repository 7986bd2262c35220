"""Idempotent operations by Powertools on DynamoDB, in front of an operation that is idempotent by itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, cast

from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyInconsistentStateError,
    IdempotencyPersistenceLayerError,
    IdempotencyValidationError,
)
from aws_lambda_powertools.utilities.idempotency.serialization.custom_dict import CustomDictSerializer
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from seedwork.infraestructura.aws.telemetry import logger
from seedwork.infraestructura.http.problem_details import Problem, RequestError
from seedwork.infraestructura.idempotency.answer import IdempotentAnswer

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from seedwork.dominio.solicitud import Solicitud

WINDOW_SECONDS: Final = 24 * 60 * 60
TIMEOUT_SECONDS: Final = 1
LEASE_MS: Final = 2_000
PAUSE_SECONDS: Final = 30


class Idempotency:
    """Answers a repeated request from DynamoDB for a day, and mostly keeps two equal ones from running side by side.

    It is the fast path, not the authority: `operation` must itself recognise a repetition (a unique constraint), since
    it does run again when DynamoDB cannot be reached, or when its record has expired. When DynamoDB fails it is left
    alone for a while, so that one request in that time waits for it and not each.

    An attempt holds its key for two seconds and no longer, whether it was killed or only hangs: after that the next one
    runs beside it, and `operation` tells which of them took effect.
    """

    def __init__(self, *, table: str, prefix: str) -> None:
        """`prefix` keeps the keys of different operations apart in one table."""
        self._table = table
        self._prefix = prefix
        self._alone_until = 0.0
        self._config = IdempotencyConfig(
            event_key_jmespath="key",
            payload_validation_jmespath="payload",
            raise_on_no_idempotency_key=True,
            expires_after_seconds=WINDOW_SECONDS,
            hash_function="sha256",
        )

    def run(
        self, operation: Callable[[], IdempotentAnswer], solicitud: Solicitud, *, named: str, context: Any
    ) -> IdempotentAnswer:
        """Run `operation` once per request and return its answer, or the answer of the first time.

        The request's key must tell callers apart; `named` is what the caller knows it by. Raises RequestError: 409
        while the first is in progress, for two seconds at most; 422 if that means something else.
        """
        if monotonic() < self._alone_until:
            return operation()
        once = _Once(operation)
        self._config.register_lambda_context(cast("LambdaContext", _Lease(context)))
        try:
            request = {"key": solicitud.clave, "payload": solicitud.huella}
            answer: IdempotentAnswer = self._execute(request=request, operation=once)
        except IdempotencyAlreadyInProgressError as error:
            raise RequestError(_IN_PROGRESS) from error
        except IdempotencyValidationError as error:
            raise RequestError(_other_payload(named)) from error
        except IdempotencyInconsistentStateError:
            return once()  # its record expired and was taken by others each time that we looked
        except IdempotencyPersistenceLayerError as error:
            self._leave_alone(error)
            return once()
        return answer

    def cause_of_absence(self) -> str | None:
        """Why the table does not answer now; None if it does."""
        key = {"id": {"S": f"{self._prefix}#ready"}}
        try:
            self._store.client.get_item(TableName=self._table, Key=key)
        except (BotoCoreError, ClientError) as error:
            return type(error).__name__
        return None

    @cached_property
    def _store(self) -> DynamoDBPersistenceLayer:
        # Once, and not for long: without DynamoDB a payment is as safe. A second attempt would also meet the record of
        # a first one whose answer was lost, and take it for another request in progress.
        attempt = Config(
            connect_timeout=TIMEOUT_SECONDS, read_timeout=TIMEOUT_SECONDS, retries={"total_max_attempts": 1}
        )
        return DynamoDBPersistenceLayer(table_name=self._table, boto_config=attempt)

    @cached_property
    def _execute(self) -> Callable[..., IdempotentAnswer]:
        execute: Callable[..., IdempotentAnswer] = idempotent_function(
            lambda *, request, operation: operation(),  # noqa: ARG005 - Powertools reads the request
            data_keyword_argument="request",
            persistence_store=self._store,
            config=self._config,
            output_serializer=CustomDictSerializer(
                to_dict=lambda answer: {"body": answer.body},
                from_dict=lambda stored: IdempotentAnswer(body=stored["body"], replayed=True),
            ),
            key_prefix=self._prefix,
        )
        return execute

    def _leave_alone(self, error: IdempotencyPersistenceLayerError) -> None:
        self._alone_until = monotonic() + PAUSE_SECONDS
        logger.warning(
            "idempotency table unavailable, the database decides alone",
            extra={"cause": str(error), "for_seconds": PAUSE_SECONDS},
        )
        with single_metric(name="IdempotencyDegraded", unit=MetricUnit.Count, value=1):
            pass


class _Lease:
    """A Lambda context for Powertools, which has an attempt hold its key for as long as the function has time left.

    There is no heartbeat: an attempt that was killed would hold it until the function's time-out.
    """

    def __init__(self, context: Any) -> None:
        self._context = context

    def get_remaining_time_in_millis(self) -> int:
        """No more than the lease."""
        return min(int(self._context.get_remaining_time_in_millis()), LEASE_MS)


class _Once:
    """An operation that runs when it is first called, and then has the same answer, or the same error, each time."""

    def __init__(self, operation: Callable[[], IdempotentAnswer]) -> None:
        self._operation = operation
        self._outcome: IdempotentAnswer | Exception | None = None

    def __call__(self) -> IdempotentAnswer:
        if self._outcome is None:
            try:
                self._outcome = self._operation()
            except Exception as error:
                self._outcome = error
                raise
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


_IN_PROGRESS: Final = Problem(
    status=HTTPStatus.CONFLICT,
    codigo="solicitud-en-curso",
    detail="La misma solicitud está en curso; repítala en un momento.",
    headers={"Retry-After": "1"},
)


def _other_payload(named: str) -> Problem:
    return Problem(
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        codigo="clave-de-idempotencia-reutilizada",
        detail=f"{named} ya se usó con otros datos.",
    )
