"""Idempotent operations with Powertools on DynamoDB, in front of operations that are idempotent themselves."""

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
from seedwork.infraestructura.idempotency.answer import IN_PROGRESS, IdempotentAnswer

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from seedwork.dominio.solicitud import Solicitud

WINDOW_SECONDS: Final = 24 * 60 * 60
TIMEOUT_SECONDS: Final = 1
LEASE_MS: Final = 2_000
PAUSE_SECONDS: Final = 30


class Idempotency:
    """Answers a repeated request from DynamoDB for a day, and usually keeps equal requests from running concurrently.

    It is a fast path and not the authority. `operation` itself must recognise repetitions (by a unique constraint),
    because it runs again if DynamoDB is unavailable or its record has expired. After a failure DynamoDB is not asked
    for a while, so that at most one request in that time waits for it.

    An attempt holds its key for two seconds at most, even if it was killed or hangs. After that the next attempt runs
    beside it, and `operation` determines which one took effect.
    """

    def __init__(self, *, table: str, prefix: str) -> None:
        """`prefix` separates the keys of different operations in one table."""
        self._table = table
        self._prefix = prefix
        self._paused_until = 0.0
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
        """Run `operation` once per request and return its answer, or the first answer for a repetition.

        The request's key must differ between callers; `named` is the key's name in messages. Raises RequestError: 409
        while the first request runs, for two seconds at most; 422 if the same key was used with other data.
        """
        if monotonic() < self._paused_until:
            return operation()
        once = _Once(operation)
        self._config.register_lambda_context(cast("LambdaContext", _Lease(context)))
        try:
            request = {"key": solicitud.clave, "payload": solicitud.huella}
            answer: IdempotentAnswer = self._execute(request=request, operation=once)
        except IdempotencyAlreadyInProgressError as error:
            raise RequestError(IN_PROGRESS) from error
        except IdempotencyValidationError as error:
            raise RequestError(_other_payload(named)) from error
        except IdempotencyInconsistentStateError:
            return once()  # the record expired and was taken by another request each time Powertools looked
        except IdempotencyPersistenceLayerError as error:
            self._pause(error)
            return once()
        return answer

    def cause_of_absence(self) -> str | None:
        """Return why the table is unavailable; None if it answers."""
        key = {"id": {"S": f"{self._prefix}#ready"}}
        try:
            self._store.client.get_item(TableName=self._table, Key=key)
        except (BotoCoreError, ClientError) as error:
            return type(error).__name__
        return None

    @cached_property
    def _store(self) -> DynamoDBPersistenceLayer:
        # One short attempt: without DynamoDB a payment is just as safe. If the answer to a first attempt were lost, a
        # second one would find its record and mistake it for another request in progress.
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

    def _pause(self, error: IdempotencyPersistenceLayerError) -> None:
        self._paused_until = monotonic() + PAUSE_SECONDS
        logger.warning(
            "idempotency table unavailable: the database decides alone",
            extra={"cause": str(error), "for_seconds": PAUSE_SECONDS},
        )
        with single_metric(name="IdempotencyDegraded", unit=MetricUnit.Count, value=1):
            pass


class _Lease:
    """A Lambda context for Powertools, which holds a key for the function's remaining time according to its context.

    There is no heartbeat, so a killed attempt would otherwise hold its key until the function's timeout.
    """

    def __init__(self, context: Any) -> None:
        self._context = context

    def get_remaining_time_in_millis(self) -> int:
        """Return the remaining time, at most the lease."""
        return min(int(self._context.get_remaining_time_in_millis()), LEASE_MS)


class _Once:
    """An operation that runs at its first call, and repeats its answer or error at later calls."""

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


def _other_payload(named: str) -> Problem:
    return Problem(
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        codigo="clave-de-idempotencia-reutilizada",
        detail=f"{named} ya se usó con otros datos.",
    )
