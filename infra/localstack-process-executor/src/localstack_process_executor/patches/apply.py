"""Applies the patches: those of the web server at once, those of a service right before it is loaded."""

from typing import Any

from localstack.services.plugins import SERVICE_PLUGINS
from plux import PluginLifecycleListener

from localstack_process_executor.patches import server
from localstack_process_executor.patches.versions import is_known_version


def patch_runtime() -> None:
    """Patch the server now, and each service right before it is loaded."""
    if is_known_version():
        server.patch()
        SERVICE_PLUGINS.plugin_manager.add_listener(_ServicePatches())


class _ServicePatches(PluginLifecycleListener):
    def on_load_before(self, plugin_spec: Any, *_args: object) -> None:
        service, _, _ = plugin_spec.name.partition(":")
        if service == "lambda":
            _patch_lambda()
        elif service == "apigateway":
            _patch_apigateway()
        elif service == "cloudformation":
            _patch_cloudformation()


def _patch_lambda() -> None:
    from localstack_process_executor.patches.fast_path import invocations
    from localstack_process_executor.patches.lambda_ import (
        client_context,
        code_deletion,
        environments,
        event_json,
        function_arns,
        metrics_in_batches,
        rollover,
        starts,
        streamed_logs,
        timers,
    )

    environments.patch()
    starts.patch()
    code_deletion.patch()
    rollover.patch()
    timers.patch()
    function_arns.patch()
    client_context.patch()
    event_json.patch()
    streamed_logs.patch()
    metrics_in_batches.patch()
    invocations.patch()


def _patch_apigateway() -> None:
    from localstack_process_executor.patches.apigateway import (
        bodies,
        compressed_answers,
        deployments,
        gateway_responses,
        lambda_integration,
        request_time,
        requests_as_sent,
    )
    from localstack_process_executor.patches.fast_path import api_requests

    lambda_integration.patch()
    gateway_responses.patch()
    deployments.patch()
    bodies.patch()
    compressed_answers.patch()
    request_time.patch()
    requests_as_sent.patch()
    api_requests.patch()


def _patch_cloudformation() -> None:
    from localstack_process_executor.patches import cloudformation

    cloudformation.patch()
