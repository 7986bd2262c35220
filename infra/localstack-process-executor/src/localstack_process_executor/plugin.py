"""The entry points by which LocalStack finds the plugin; their imports are made when they are used."""

from typing import TYPE_CHECKING

from localstack import config
from localstack.runtime import hooks
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.plugins import aws_provider

if TYPE_CHECKING:
    from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor
    from localstack.services.plugins import Service

NAME = "process"
BEFORE_THE_SERVICES = 1000


def is_selected() -> bool:
    """Return whether LocalStack is configured to run functions with this executor."""
    return bool(config.LAMBDA_RUNTIME_EXECUTOR == NAME)


class ProcessRuntimeExecutorPlugin(RuntimeExecutorPlugin):
    """`LAMBDA_RUNTIME_EXECUTOR=process` selects this executor."""

    name = NAME

    def load(self, *_args: object, **_kwargs: object) -> "type[RuntimeExecutor]":
        """Return the executor's class."""
        from localstack_process_executor.executor import ProcessRuntimeExecutor

        return ProcessRuntimeExecutor


@aws_provider(api="dynamodb", name=NAME)
def dynamodb_process() -> "Service":
    """`PROVIDER_OVERRIDE_DYNAMODB=process` selects this provider."""
    from localstack_process_executor.dynamodb import create_service

    return create_service()


@hooks.on_runtime_create(should_load=is_selected)
def patch_localstack() -> None:
    """Patch LocalStack before it listens."""
    from localstack_process_executor.patches.apply import patch_runtime

    patch_runtime()


@hooks.on_infra_shutdown(priority=BEFORE_THE_SERVICES, should_load=is_selected)
def stop_functions() -> None:
    """End every function, and our own calls on its behalf, before the services that they use."""
    from localstack_process_executor import cloudwatch, metrics
    from localstack_process_executor.executor import ProcessRuntimeExecutor

    ProcessRuntimeExecutor.stop_all()
    cloudwatch.close()
    metrics.close()
