"""Everything that is changed in LocalStack, each with its reason, for the versions that it was written for."""

import logging
from collections import defaultdict
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from localstack.constants import VERSION
from localstack.services.plugins import SERVICE_PLUGINS
from localstack.utils.patch import patch
from plux import PluginLifecycleListener

from localstack_process_executor import server

LOG = logging.getLogger(__name__)

VERSIONS = ("4.13.", "4.14.")


@cache
def is_known_version() -> bool:
    """Whether these patches fit the LocalStack that runs; says so once if they do not."""
    if VERSION.startswith(VERSIONS):
        return True
    LOG.warning(
        "LocalStack %s is not one that the process executor knows (%s): it is left unpatched, so it is slower,"
        " stores each line of a function's log twice and listens on every interface",
        VERSION,
        ", ".join(f"{version}*" for version in VERSIONS),
    )
    return False


def patch_runtime() -> None:
    """Patch the server now, and each service right before it is loaded."""
    if is_known_version():
        server.patch()
        SERVICE_PLUGINS.plugin_manager.add_listener(_ServicePatches())


class _ServicePatches(PluginLifecycleListener):
    def on_load_before(self, plugin_spec: Any, *_args: object) -> None:
        service, _, _ = plugin_spec.name.partition(":")
        if service == "lambda":
            _let_environments_be_added_while_one_is_sought()
            _load_a_few_processes_at_a_time()
            _let_updates_fail_no_invocation()
            _share_timers()
            _remember_names()
            _pass_the_client_context_on()
            _refuse_what_is_no_event()
            _store_streamed_lines_once()
            _add_metrics_up()
            _invoke_functions_at_once()
        elif service == "apigateway":
            _integrate_functions()
            _serve_apis_as_deployed()
            _take_requests_as_sent()
            _serve_apis_at_once()
        elif service == "cloudformation":
            _update_stacks()


def _let_environments_be_added_while_one_is_sought() -> None:
    """A search for an idle environment fails with a RuntimeError when another invocation adds one meanwhile."""
    from localstack.services.lambda_.invocation.assignment import AssignmentService

    class Environments(dict[str, Any]):
        """A dictionary whose values can be gone through while it changes, those that need no new process first."""

        def values(self) -> Any:
            return sorted(super().values(), key=lambda environment: not environment.runtime_executor.is_at_hand())

    @patch(AssignmentService.__init__)
    def init(fn: Callable[..., None], self: Any) -> None:
        fn(self)
        self.environments = defaultdict(Environments)


def _load_a_few_processes_at_a_time() -> None:
    """LocalStack starts an environment for each event that finds none idle, and after a burst does nothing else."""
    from localstack_process_executor import starts

    starts.limit()


def _let_updates_fail_no_invocation() -> None:
    """An update of a function fails those that wait for one of its processes, and deletes the code of those served."""
    from localstack_process_executor import code_in_use, rollover

    code_in_use.patch()
    rollover.patch()


def _share_timers() -> None:
    """LocalStack starts a thread for each invocation that outlasts it by minutes, and holds its own exit up."""
    from localstack.services.lambda_.invocation import execution_environment

    from localstack_process_executor.timers import Timer

    execution_environment.Timer = Timer


def _remember_names() -> None:
    """For each invocation LocalStack puts the ARNs of all functions together to see how many invocations there are."""
    from localstack.services.lambda_.invocation.lambda_models import VersionIdentifier

    for name in ("qualified_arn", "unqualified_arn"):
        setattr(VersionIdentifier, name, lru_cache(maxsize=1024)(getattr(VersionIdentifier, name)))


def _pass_the_client_context_on() -> None:
    """LocalStack takes the context that a caller gives with an invocation, and drops it."""
    from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment

    from localstack_process_executor.client_context import decoded

    @patch(ExecutionEnvironment.invoke)
    def invoke(fn: Callable[..., Any], self: Any, invocation: Any) -> Any:
        self.runtime_executor.client_context = decoded(invocation.client_context)  # one invocation at a time is here
        return fn(self, invocation)


def _refuse_what_is_no_event() -> None:
    """LocalStack takes events of any size, and has the function's runtime find out that one is no JSON."""
    from localstack.aws.api import CommonServiceException
    from localstack.aws.api.lambda_ import InvalidRequestContentException
    from localstack.services.lambda_.invocation.lambda_service import LambdaService

    from localstack_process_executor import event_json
    from localstack_process_executor.wording import REQUEST_TOO_LARGE, request_too_large

    @patch(LambdaService.invoke)
    def invoke(fn: Callable[..., Any], self: object, **request: Any) -> Any:
        payload = request["payload"] or b""
        if objection := request_too_large(len(payload), request["invocation_type"]):
            raise CommonServiceException(REQUEST_TOO_LARGE, objection, status_code=413)
        if objection := event_json.objection(payload):
            raise InvalidRequestContentException(objection, Type="User")
        return fn(self, **request)


def _store_streamed_lines_once() -> None:
    """LocalStack stores the log that comes with a result, but our lines are in CloudWatch Logs before the result is."""
    from localstack.services.lambda_.invocation.logs import LogHandler

    from localstack_process_executor.executor import StreamedLog

    @patch(LogHandler.add_logs)
    def add_logs(fn: Callable[..., None], self: object, log_item: Any) -> None:
        if not isinstance(log_item.logs, StreamedLog):
            fn(self, log_item)


def _add_metrics_up() -> None:
    """Each invocation starts a thread that sends a CloudWatch metric over HTTP and costs more than the invocation."""
    from localstack.services.lambda_.invocation import version_manager

    from localstack_process_executor import metrics

    start_thread = version_manager.start_thread

    def start_thread_unless_for_a_metric(method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if str(kwargs.get("name", "")).startswith("record-cloudwatch-metric"):
            return method()
        return start_thread(method, *args, **kwargs)

    version_manager.record_cw_metric_invocation = metrics.count_invocation
    version_manager.record_cw_metric_error = metrics.count_error
    version_manager.start_thread = start_thread_unless_for_a_metric


def _invoke_functions_at_once() -> None:
    """See `invoke_shortcut`."""
    from localstack_process_executor import invoke_shortcut

    invoke_shortcut.patch()


def _integrate_functions() -> None:
    """See `lambda_integration`."""
    from localstack_process_executor import lambda_integration

    lambda_integration.patch()


def _serve_apis_as_deployed() -> None:
    """LocalStack leaves much of an API's definition out, and deletes all stages with one of the deployments."""
    from localstack_process_executor import gateway_bodies, gateway_deployments, gateway_responses, request_time

    gateway_responses.patch()
    gateway_deployments.patch()
    gateway_bodies.patch()
    request_time.patch()


def _take_requests_as_sent() -> None:
    """See `requests_as_sent`."""
    from localstack_process_executor import requests_as_sent

    requests_as_sent.patch()


def _serve_apis_at_once() -> None:
    """See `gateway_shortcut`; the endpoint is LocalStack's own, with whatever extensions have added to it."""
    from localstack_process_executor import gateway_shortcut

    gateway_shortcut.patch()


def _update_stacks() -> None:
    """LocalStack replaces what it should update, hardly updates the rest, and stops half-way where an update fails."""
    from localstack_process_executor import cloudformation

    cloudformation.patch()
