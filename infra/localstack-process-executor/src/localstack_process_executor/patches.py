"""Everything that is changed in LocalStack, each with its reason, for the versions that it was written for."""

import logging
import types
from collections import defaultdict
from collections.abc import Callable
from functools import cache, lru_cache, partial
from typing import Any

from localstack import config
from localstack.constants import VERSION
from localstack.services.plugins import SERVICE_PLUGINS
from localstack.utils.patch import patch
from plux import PluginLifecycleListener

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
        _listen_where_told()
        _stop_when_told()
        _do_not_ask_for_names()
        _leave_the_access_log_out()
        SERVICE_PLUGINS.plugin_manager.add_listener(_ServicePatches())


class _ServicePatches(PluginLifecycleListener):
    def on_load_before(self, plugin_spec: Any, *_args: object) -> None:
        service, _, _ = plugin_spec.name.partition(":")
        if service == "lambda":
            _let_environments_be_added_while_one_is_sought()
            _share_timers()
            _remember_names()
            _pass_the_client_context_on()
            _refuse_what_is_too_large()
            _store_streamed_lines_once()
            _add_metrics_up()
        elif service == "apigateway":
            _call_functions_directly()
            _answer_as_configured()
            _serve_apis_at_once()


def _listen_where_told() -> None:
    """The server listens on every interface, whatever host `GATEWAY_LISTEN` names."""
    from localstack.runtime.server import twisted as server
    from twisted.internet import endpoints

    @patch(server.TwistedRuntimeServer.register)
    def register(
        fn: Callable[..., None], self: object, gateway: object, listen: list[Any], ssl_creds: object = None
    ) -> None:
        for address in listen:
            on_this_interface = partial(endpoints.TCP4ServerEndpoint, interface=address.host)
            server.endpoints = types.SimpleNamespace(
                TCP4ServerEndpoint=on_this_interface, TCP6ServerEndpoint=endpoints.TCP6ServerEndpoint
            )
            fn(self, gateway, [address], ssl_creds)


def _stop_when_told() -> None:
    """The server is told to stop from another thread, which it notices at the next event only, up to ten seconds on."""
    from localstack.runtime.server import twisted as server

    @patch(server.TwistedRuntimeServer.shutdown)
    def shutdown(fn: Callable[..., None], self: object) -> None:
        fn(self)
        server.reactor.wakeUp()


def _do_not_ask_for_names() -> None:
    """LocalStack asks the machine's name server for a name below its own, even where nothing may leave the machine."""
    from localstack.utils.aws import aws_stack

    if config.LOCALSTACK_HOST.host in ("localhost", "127.0.0.1"):
        aws_stack.CACHE_S3_HOSTNAME_DNS_STATUS = False


def _leave_the_access_log_out() -> None:
    """The server formats a line for each request that nobody reads; LocalStack writes its own."""
    from rolo.serving import twisted as server

    server.TwistedGateway.log = lambda _site, _request: None


def answer_at_once(render: Callable[[Any], bytes | int | None]) -> None:
    """A request passes some forty handlers and another thread, which may take longer than what it asks for."""
    from rolo.serving import twisted as server

    @patch(server.HeaderPreservingWSGIResource.render)
    def answer(fn: Callable[..., Any], self: object, request: Any) -> Any:
        answered = render(request)
        return fn(self, request) if answered is None else answered


def _let_environments_be_added_while_one_is_sought() -> None:
    """A search for an idle environment fails with a RuntimeError when another invocation adds one meanwhile."""
    from localstack.services.lambda_.invocation.assignment import AssignmentService

    class Environments(dict[str, Any]):
        """A dictionary whose values can be gone through while it changes."""

        def values(self) -> Any:
            return list(super().values())

    @patch(AssignmentService.__init__)
    def init(fn: Callable[..., None], self: Any) -> None:
        fn(self)
        self.environments = defaultdict(Environments)


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


def _refuse_what_is_too_large() -> None:
    """LocalStack takes events of any size."""
    from localstack.aws.api import CommonServiceException
    from localstack.services.lambda_.invocation.lambda_service import LambdaService

    from localstack_process_executor.wording import request_too_large

    @patch(LambdaService.invoke)
    def invoke(fn: Callable[..., Any], self: object, **request: Any) -> Any:
        if objection := request_too_large(len(request["payload"] or b""), request["invocation_type"]):
            raise CommonServiceException("RequestEntityTooLargeException", objection, status_code=413)
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


def _call_functions_directly() -> None:
    """API Gateway sends LocalStack an HTTP request for each function call, which is most of a request's time."""
    from localstack.services.apigateway.next_gen.execute_api.integrations.aws import RestApiAwsProxyIntegration

    from localstack_process_executor.direct_invoke import invoke

    over_http: Callable[..., bytes] = RestApiAwsProxyIntegration.call_lambda

    def call_lambda(function_arn: str, event: bytes, source_arn: str, credentials: str | None = None) -> bytes:
        if (
            credentials
        ):  # the function is called in the name of this role, so the call must pass LocalStack's front door
            return over_http(function_arn=function_arn, event=event, source_arn=source_arn, credentials=credentials)
        return invoke(function_arn, event)

    RestApiAwsProxyIntegration.call_lambda = staticmethod(call_lambda)


def _answer_as_configured() -> None:
    """LocalStack neither imports gateway responses from OpenAPI, as SAM writes them, nor applies their templates."""
    from localstack_process_executor import gateway_responses

    gateway_responses.patch()


def _serve_apis_at_once() -> None:
    """See `gateway_shortcut`; the endpoint is LocalStack's own, with whatever extensions have added to it."""
    from localstack.services.apigateway.next_gen.execute_api.router import ApiGatewayRouter

    from localstack_process_executor.gateway_shortcut import GatewayShortcut

    @patch(ApiGatewayRouter.register_routes)
    def register_routes(fn: Callable[..., None], self: Any) -> None:
        fn(self)
        answer_at_once(GatewayShortcut(self.handler).render)
