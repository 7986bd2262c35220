"""Idempotent operations by Powertools on DynamoDB, in front of an operation that is idempotent by itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyPersistenceLayerError,
    IdempotencyValidationError,
)
from botocore.config import Config

from seedwork.infraestructura.problem_details import Problem, RequestError
from seedwork.infraestructura.telemetry import logger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aws_lambda_powertools.utilities.idempotency.persistence.datarecord import DataRecord

WINDOW_SECONDS: Final = 24 * 60 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotentAnswer:
    """The JSON text of an answer, and whether an earlier request with the same key produced it."""

    body: str
    replayed: bool


class Idempotency:
    """Answers a repeated request from DynamoDB for a day, and keeps two equal ones from running at the same time.

    It is the fast path, not the authority: `operation` must itself recognise a repetition (a unique constraint), since
    it does run again when DynamoDB cannot be reached, or when its record has expired.
    """

    def __init__(self, *, table: str, prefix: str) -> None:
        """`prefix` keeps the keys of different operations apart in one table."""
        self._table = table
        self._prefix = prefix

    def run(
        self, operation: Callable[[], IdempotentAnswer], *, key: str, payload: Mapping[str, Any], context: Any
    ) -> IdempotentAnswer:
        """Run `operation` once per key and return its answer, or the answer of the first time.

        Raises RequestError: 409 while the first is in progress, 422 if the payload is not the first one's.
        """
        replays: list[bool] = []

        def mark_replay(response: Any, idempotent_data: DataRecord) -> Any:  # noqa: ARG001 - the hook's signature
            replays.append(True)
            return response

        config = IdempotencyConfig(
            event_key_jmespath="key",
            payload_validation_jmespath="payload",
            raise_on_no_idempotency_key=True,
            expires_after_seconds=WINDOW_SECONDS,
            hash_function="sha256",
            response_hook=mark_replay,
            lambda_context=context,
        )

        def execute(*, request: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG001 - Powertools reads it
            answer = operation()
            replays.append(answer.replayed)
            return {"body": answer.body}

        idempotent_execute = idempotent_function(
            execute,
            data_keyword_argument="request",
            persistence_store=self._store,
            config=config,
            key_prefix=self._prefix,
        )
        try:
            answer = idempotent_execute(request={"key": key, "payload": dict(payload)})
        except IdempotencyAlreadyInProgressError as error:
            raise RequestError(_IN_PROGRESS) from error
        except IdempotencyValidationError as error:
            raise RequestError(_OTHER_PAYLOAD) from error
        except IdempotencyPersistenceLayerError as error:
            logger.warning("idempotency table unavailable, the database decides alone", extra={"cause": str(error)})
            return operation()
        return IdempotentAnswer(body=answer["body"], replayed=replays[-1])

    @cached_property
    def _store(self) -> DynamoDBPersistenceLayer:
        # Short timeouts: without DynamoDB a payment is still safe, so nobody should wait long for it.
        boto_config = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2, "mode": "standard"})
        return DynamoDBPersistenceLayer(table_name=self._table, boto_config=boto_config)


_IN_PROGRESS: Final = Problem(
    status=HTTPStatus.CONFLICT,
    codigo="solicitud-en-curso",
    detail="Una solicitud con la misma clave de idempotencia está en curso; repítala en un momento.",
    headers={"Retry-After": "1"},
)
_OTHER_PAYLOAD: Final = Problem(
    status=HTTPStatus.UNPROCESSABLE_ENTITY,
    codigo="clave-de-idempotencia-reutilizada",
    detail="La clave de idempotencia ya se usó con otros datos.",
)
