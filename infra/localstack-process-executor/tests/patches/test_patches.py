"""Patches whose effect a running LocalStack shows too rarely are tested without one."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.emulator import INDEX_OF_SERVICES

SEARCH = """
from localstack.services.lambda_.invocation.assignment import AssignmentException, AssignmentService
from localstack.services.lambda_.invocation.execution_environment import InvalidStatusException
from localstack.services.lambda_.invocation.lambda_models import InitializationType
from localstack_process_executor.patches.apply import patch_runtime
from localstack.services.plugins import SERVICE_PLUGINS

patch_runtime()
SERVICE_PLUGINS.plugin_manager.listeners[-1].on_load_before(type("Spec", (), {"name": "lambda:default"}))
service = AssignmentService()

class Busy:
    initialization_type = InitializationType.provisioned_concurrency
    runtime_executor = type("Executor", (), {"is_at_hand": lambda self: True})()
    def reserve(self):
        service.environments["version"][len(service.environments["version"])] = Busy()  # as another invocation would
        raise InvalidStatusException("in use")

service.environments["version"]["first"] = Busy()
try:
    with service.get_environment("version", None, InitializationType.provisioned_concurrency):
        pass
except AssignmentException as error:
    print(error)
"""
EXTENDED = """
from localstack.services.apigateway.next_gen.execute_api import handlers
from localstack.services.apigateway.next_gen.execute_api.router import ApiGatewayEndpoint
from localstack_process_executor.patches.fast_path import proxy_integration

class Reached(Exception): pass

def reached(call):
    raise Reached

proxy_integration.event_headers = reached
endpoint = ApiGatewayEndpoint()
integration = proxy_integration.ProxyIntegration(endpoint)
call = proxy_integration.ApiCall(api_id="a", stage="s", method="GET", uri="/x", path="/x", query="", headers=[],
                                 body=b"", client="127.0.0.1", server=("127.0.0.1", 1))

def is_prepared():
    try:
        return integration.prepare(call) is not None
    except Reached:
        return True

print(is_prepared())
for extended in (handlers.preprocess_request.handlers, handlers.modify_request.handlers,
                 endpoint.rest_gateway.request_handlers, endpoint.rest_gateway.response_handlers):
    extended.append(lambda *_: None)
    print(is_prepared())
    extended.pop()
print(is_prepared())
"""
LOST = """
import json
from unittest.mock import Mock
from localstack_process_executor.patches.fast_path import invocations
from localstack_process_executor.runtime.environment import EnvironmentStoppedError

request = Mock()
request.getHeader.return_value = None
call = invocations._PendingInvocation(request, "arn:aws:lambda:us-east-1:000000000000:function:hello", b"{}")
call.end(EnvironmentStoppedError("it is gone"))
print(request.setResponseCode.call_args.args[0])
for value in json.loads(request.write.call_args.args[0]).values():
    print(value.replace(call.invocation.request_id, "ID"))
"""
UNKNOWN = """
import localstack.constants
localstack.constants.VERSION = "99.0.0"
from localstack.runtime.server.twisted import TwistedRuntimeServer
from localstack_process_executor.patches.apply import patch_runtime

before = TwistedRuntimeServer.register
patch_runtime()
patch_runtime()
print(TwistedRuntimeServer.register is before)
"""


@pytest.fixture
def root(index: Path, tmp_path: Path) -> Path:
    """A folder for LocalStack's files."""
    place = tmp_path / INDEX_OF_SERVICES
    place.parent.mkdir(parents=True)
    place.symlink_to(index)
    return tmp_path


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the script in LocalStack's environment."""
    variables = {"FILESYSTEM_ROOT": str(folder), "OVERRIDE_IN_DOCKER": "0", "HOME": str(folder)}
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=variables, cwd=folder
    )


def test_an_environment_may_be_added_while_one_is_sought(root: Path) -> None:
    """A search for an idle environment goes on when another invocation adds one, instead of failing."""
    assert run(SEARCH, root).stdout == "No provisioned concurrency environment available despite lease.\n"


def test_an_extension_of_api_gateway_sees_every_request(root: Path) -> None:
    """The fast path does not bypass handlers that an extension has added to LocalStack's."""
    assert run(EXTENDED, root).stdout.split() == ["True", *["False"] * 4, "True"]


def test_an_invocation_whose_environment_is_lost_is_an_error_of_the_service(root: Path) -> None:
    """Its caller gets the error of LocalStack's own path, and may try again."""
    assert run(LOST, root).stdout.splitlines() == [
        "500",
        "ServiceException",
        "[ID] Internal error while executing lambda hello:None. Caused by EnvironmentStoppedError: it is gone",
    ]


def test_an_unknown_localstack_is_left_as_it_is(root: Path) -> None:
    """A version that the patches do not fit is not patched, and one warning says so."""
    result = run(UNKNOWN, root)
    assert result.stdout == "True\n"
    assert result.stderr.count("LocalStack 99.0.0 is not a version that the process executor knows") == 1
