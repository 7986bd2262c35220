"""The provider of DynamoDB for LocalStack."""

from collections.abc import Callable
from typing import Any

from localstack import config
from localstack.aws.api import RequestContext
from localstack.aws.api.dynamodb import DynamodbApi
from localstack.aws.skeleton import create_dispatch_table
from localstack.http import Response
from localstack.services.edge import ROUTER
from localstack.services.plugins import Service, ServiceLifecycleHook

from localstack_process_executor.dynamodb.fast_path import FastPath
from localstack_process_executor.dynamodb.moto_patches import patch_moto
from localstack_process_executor.dynamodb.operations import Operations
from localstack_process_executor.dynamodb.time_to_live import TimeToLive
from localstack_process_executor.patches.fast_path.plain_requests import answer_at_once
from localstack_process_executor.patches.versions import is_known_version


class ProcessDynamoDBProvider(DynamodbApi, ServiceLifecycleHook):
    """Serves every operation of the interface, by LocalStack's handlers and on the fast path."""

    service = "dynamodb"

    def __init__(self) -> None:
        self.operations = Operations()
        self._time_to_live = TimeToLive(self.operations.lock)
        self._rules: Any = None
        self._fast_path = FastPath(self.operations)

    def on_before_start(self) -> None:
        """Patch moto, and start the deletion of expired items."""
        if is_known_version():
            patch_moto()
            answer_at_once(self._fast_path.render)
        self._rules = ROUTER.add(self._time_to_live)
        if config.DYNAMODB_REMOVE_EXPIRED_ITEMS:
            self._time_to_live.start()

    def on_before_stop(self) -> None:
        """Stop the deletion of expired items."""
        self._time_to_live.stop()
        ROUTER.remove(self._rules)


def create_service() -> Service:
    """Make the service for LocalStack."""
    return Service.for_provider(ProcessDynamoDBProvider(), dispatch_table_factory=dispatch_table)


def dispatch_table(provider: ProcessDynamoDBProvider) -> dict[str, Callable[..., Response]]:
    """Return the table in which LocalStack looks operations up."""

    def serve(context: RequestContext, _request: Any) -> Response:
        operation, body = context.operation.name, context.request.get_data()
        answer = provider.operations.run(operation, body, context.account_id, context.region)
        return Response(answer.body, answer.status, answer.headers(context.request_id))

    return dict.fromkeys(create_dispatch_table(provider), serve)
