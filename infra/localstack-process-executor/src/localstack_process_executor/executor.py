"""LocalStack's `RuntimeExecutor` on top of our execution environments."""

import logging
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

from localstack import config
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.runtime_executor import LambdaRuntimeException, RuntimeExecutor

from localstack_process_executor.cloudwatch import LogTarget
from localstack_process_executor.code_in_use import code_in_use
from localstack_process_executor.runtime.environment import Environment, FunctionSpec, InvocationOutcome
from localstack_process_executor.runtime.logs import LogStream
from localstack_process_executor.runtime.session import Invocation
from localstack_process_executor.runtime.steps import Steps, drive
from localstack_process_executor.sandbox import debugger, isolation
from localstack_process_executor.sandbox.interpreter import interpreter

LOG = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"


_live: "weakref.WeakSet[ProcessRuntimeExecutor]" = weakref.WeakSet()


class StreamedLog(str):
    """The end of a log whose lines are in CloudWatch Logs already."""

    __slots__ = ()


class ProcessRuntimeExecutor(RuntimeExecutor):
    """Runs one execution environment of a function version as a process."""

    def __init__(self, id: str, function_version: FunctionVersion) -> None:  # noqa: A002 - the name in the interface
        super().__init__(id, function_version)
        self._environment: Environment | None = None
        self._log: LogStream | None = None
        self.places: list[Callable[[], None]] = []  # give up the place in which our process loads, while it has one
        self.client_context = ""  # of the next invocation: JSON, or empty

    def start(self, env_vars: dict[str, Any]) -> None:
        """Start a process; when this returns it is ready, is still initialising, or will report why it cannot."""
        version, settings = self.function_version.id, self.function_version.config
        scratch = scratch_folder()
        target = LogTarget(
            account=version.account,
            region=version.region,
            group=env_vars["AWS_LAMBDA_LOG_GROUP_NAME"],
            stream=env_vars["AWS_LAMBDA_LOG_STREAM_NAME"],
        )
        layers = [layer.code for layer in settings.layers]
        debug_port = debugger.port(version.function_name)
        spec = FunctionSpec(
            name=version.function_name,
            version=version.qualifier,
            handler=settings.handler,
            task_root=Path(settings.code.get_unzipped_code_location()),
            layers=tuple(Path(code.get_unzipped_code_location()) for code in layers),
            reloaded_from=tuple(
                Path(code.get_unzipped_code_location()) for code in (settings.code, *layers) if code.is_hot_reloading()
            ),
            debug_port=debug_port,
            timeout=debugger.TIMEOUT if debug_port else settings.timeout,
            memory_size_mb=settings.memory_size,
            variables={name: str(value) for name, value in env_vars.items()},
        )
        self._log = LogStream(target.publish)
        self._environment = Environment(
            spec=spec,
            runtime=isolation.runtime(interpreter(settings.runtime), scratch),
            folder=Path(tempfile.mkdtemp(prefix=f"{version.function_name}-", dir=scratch)),
            log=self._log,
            on_loaded=self.give_places_up,
            on_gone=code_in_use.enter(spec.task_root),
        )
        _live.add(self)
        self._environment.start()

    def stop(self, *, at_once: bool = False) -> None:
        """Stop at once, or after the invocation in progress has ended."""
        self.give_places_up()
        if self._environment:
            self._environment.stop(at_once=at_once)

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        """Run the function with an event."""
        invocation = Invocation(
            request_id=payload["invoke-id"],
            function_arn=payload["invoked-function-arn"],
            payload=payload["payload"].encode(),
            trace_id=payload["trace-id"],
            client_context=self.client_context,
        )
        outcome = drive(self.run(invocation))
        return InvocationResult(
            request_id=invocation.request_id,
            payload=outcome.payload,
            is_error=outcome.is_error,
            logs=StreamedLog(outcome.log_tail),
        )

    def run(self, invocation: Invocation) -> Steps[InvocationOutcome]:
        """Run the function, as steps for a caller that waits in its own way."""
        if not self._environment:
            raise LambdaRuntimeException("Invoked before its start")
        return self._environment.run(invocation)

    def is_at_hand(self) -> bool:
        """Return whether an invocation would probably begin at once."""
        return self._environment is not None and self._environment.is_at_hand()

    def cpu_seconds(self) -> float | None:
        """Return the processor time that its process has had; None while it has no process."""
        session = self._environment and self._environment.session
        return session.process.activity.cpu_seconds() if session else None

    def is_about_to_work(self) -> bool:
        """Return whether its process waits for a processor, or for us."""
        session = self._environment and self._environment.session
        return bool(session and session.is_about_to_work())

    def give_places_up(self) -> None:
        """Let another process load."""
        while self.places:
            self.places.pop()()

    def get_logs(self) -> str:
        """Return the output since the last invocation, for LocalStack's own log."""
        return self._log.take_tail() if self._log else ""

    def get_address(self) -> str:
        """Return the loopback address: functions are on this machine."""
        return LOOPBACK

    def get_endpoint_from_executor(self) -> str:
        """Return the loopback address: for functions, LocalStack is on this machine."""
        return LOOPBACK

    def get_runtime_endpoint(self) -> str:
        """Return where a container would report to LocalStack; our processes report nothing there."""
        return f"http://{LOOPBACK}:{config.GATEWAY_LISTEN[0].port}/_localstack_lambda/{self.id}"

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """Unpack the code and the layers; raises unless it is a Python function in a zip file."""
        settings = function_version.config
        if not settings.code or not str(settings.runtime).startswith("python"):
            kind = settings.runtime or "an image"
            raise LambdaRuntimeException(f"Only Python functions in zip files run as processes, this one is {kind}")
        if debugger.port(function_version.id.function_name) and not debugger.is_installed():
            raise LambdaRuntimeException(
                f"{debugger.SWITCH} needs debugpy: pip install localstack-process-executor[debug]"
            )
        for code in (settings.code, *(layer.code for layer in settings.layers)):
            code.prepare_for_execution()
            if not (folder := code.get_unzipped_code_location()).is_dir():
                raise LambdaRuntimeException(f"Cannot reload the function from {folder}: it is not a folder")

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        """Stop environments of this version that LocalStack has lost sight of, such as one just starting."""
        for executor in list(_live):
            if executor.function_version is function_version:
                executor.stop()

    @classmethod
    def stop_all(cls) -> None:
        """Stop every environment at once, whatever it is doing."""
        for executor in list(_live):
            executor.stop(at_once=True)


def scratch_folder() -> Path:
    """Return the folder of execution environments; LocalStack empties it when it starts and when it ends."""
    folder = Path(config.dirs.tmp) / "lambda-environments"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
