"""The entry points by which LocalStack finds us; what they need is imported when they are used."""

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
    """Whether functions are to be run by us."""
    return bool(config.LAMBDA_RUNTIME_EXECUTOR == NAME)


class ProcessRuntimeExecutorPlugin(RuntimeExecutorPlugin):
    """`LAMBDA_RUNTIME_EXECUTOR=process`."""

    name = NAME

    def load(self, *_args: object, **_kwargs: object) -> "type[RuntimeExecutor]":
        """Hand over the executor."""
        from localstack_process_executor.executor import ProcessRuntimeExecutor

        return ProcessRuntimeExecutor


@aws_provider(api="dynamodb", name=NAME)
def dynamodb_process() -> "Service":
    """`PROVIDER_OVERRIDE_DYNAMODB=process`."""
    from localstack_process_executor.dynamodb import create_service

    return create_service()


@hooks.on_runtime_create(should_load=is_selected)
def patch_localstack() -> None:
    """Patch what must be patched before LocalStack listens."""
    from localstack_process_executor.patches.apply import patch_runtime

    patch_runtime()


@hooks.on_infra_shutdown(priority=BEFORE_THE_SERVICES, should_load=is_selected)
def stop_functions() -> None:
    """End every function, and what we send on its behalf, before the services that they use."""
    from localstack_process_executor import cloudwatch, metrics
    from localstack_process_executor.executor import ProcessRuntimeExecutor

    ProcessRuntimeExecutor.stop_all()
    cloudwatch.close()
    metrics.close()
