"""A session is a function's process and the conversation with the runtime inside of it."""

import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from localstack_process_executor.runtime import wording
from localstack_process_executor.runtime.process import FunctionProcess
from localstack_process_executor.runtime.runtime_api import CallKind, RuntimeApi, RuntimeCall, reject
from localstack_process_executor.runtime.steps import Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """An event for the function."""

    request_id: str
    function_arn: str
    payload: bytes
    trace_id: str
    client_context: str = ""  # JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The end of an invocation: the caller's answer, and the lines for the log."""

    payload: bytes
    is_error: bool = False
    is_fatal: bool = False  # the process cannot be used any more
    status: str = ""
    error_type: str = ""
    lines: tuple[str, ...] = ()


class Session:
    """Serves one process from its start to its death; for one thread at a time, except for `process.kill`."""

    def __init__(self, launch: Callable[[str], FunctionProcess]) -> None:
        self._api = RuntimeApi()
        try:
            self.process = launch(self._api.address)
        except BaseException:
            self._api.close()
            raise
        self._started = time.monotonic()
        self._request_for_work: RuntimeCall | None = None
        self._init_report: dict[str, object] | None = None
        self._unreported_init: float | None = None
        self.was_ready = False

    @property
    def init_failure(self) -> str | None:
        """The type of the error that kept the runtime from becoming ready, or None."""
        if self.was_ready or (self._init_report is None and self.process.is_alive()):
            return None
        return wording.EXIT_ERROR if self._init_report is None else str(self._init_report.get("errorType"))

    @property
    def was_lost(self) -> bool:
        """Return whether the process died without an event and probably from outside, so another may replace it."""
        if self._init_report or self.process.is_alive() or self.process.is_out_of_memory:
            return False
        return self.was_ready or self.process.cause_of_death().startswith("signal")

    @property
    def age(self) -> float:
        """Seconds since the start of the process."""
        return time.monotonic() - self._started

    def is_about_to_work(self) -> bool:
        """Return whether the process waits for a processor, or for us: to give it an event, or to read its answer."""
        return bool(self._request_for_work) or self._api.has_something() or self.process.activity.is_runnable()

    def take_init_duration(self) -> float | None:
        """Return the duration of the initialisation; only the first call gets it."""
        duration, self._unreported_init = self._unreported_init, None
        return duration

    def wait(self, *, until: float) -> Steps[None]:
        """Wait until the runtime asks for work, has failed to initialise, or has died, but no longer than `until`."""
        if self._request_for_work or self._init_report:
            return
        call = yield from self._api.receive(until=until, is_alive=self.process.is_running_within_limits)
        if call and call.kind is CallKind.NEXT:
            if not self.was_ready:
                self.process.check_peak_memory()
                if self.process.is_out_of_memory:
                    return
                self.was_ready = True
                self._unreported_init = self.age
            self._request_for_work = call
        elif call and call.kind is CallKind.INIT_ERROR:
            self._init_report = _report(call.body)
            with contextlib.suppress(OSError):
                call.answer(202)

    def deliver(self, invocation: Invocation, *, timeout: float, deadline: float) -> Steps[Ending | None]:
        """Have the function handle the event; return None if the process died before it received the event."""
        yield from self.wait(until=deadline)
        if self.init_failure:
            return self._init_ending(invocation.request_id)
        if request := self._request_for_work:
            self._request_for_work = None
            self.process.has_received()
            call = yield from self._exchange(request, invocation, deadline)
            self.process.check_peak_memory()
            if call and not self.process.is_out_of_memory:
                return _accept(call)
        if self.process.is_alive():
            return _timed_out(invocation.request_id, timeout)
        if self.process.is_out_of_memory or self.process.has_received():
            return self.exit_ending(invocation.request_id)
        return None

    def exit_ending(self, request_id: str) -> Ending:
        """Make the ending of an invocation whose process died."""
        cause = self.process.cause_of_death()
        lines = (wording.exit_message(request_id, cause), wording.EXIT_ERROR)
        return _fatal(wording.exited(request_id, cause), error_type=wording.EXIT_ERROR, lines=lines)

    def close(self) -> None:
        """Kill the process and close the port."""
        self.process.close()
        self._api.close()

    def _exchange(self, request: RuntimeCall, invocation: Invocation, deadline: float) -> Steps[RuntimeCall | None]:
        """Answer the request for work with the event, and wait for the runtime's answer."""
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + deadline - time.monotonic()) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
            "Lambda-Runtime-Trace-Id": invocation.trace_id,
        }
        if invocation.client_context:
            headers["Lambda-Runtime-Client-Context"] = invocation.client_context
        with contextlib.suppress(OSError):
            request.answer(200, invocation.payload, headers)
        while call := (yield from self._api.receive(until=deadline, is_alive=self.process.is_running_within_limits)):
            if call.request_id == invocation.request_id:
                return call
            with contextlib.suppress(OSError):
                reject(call, 400, "InvalidRequestID", "Not the invocation in progress")
        return None

    def _init_ending(self, request_id: str) -> Ending:
        if self._init_report is None:
            return self.exit_ending(request_id)
        payload = json.dumps({**self._init_report, "requestId": request_id}).encode()
        return _fatal(payload, error_type=self.init_failure or "")


def _accept(call: RuntimeCall) -> Ending:
    if len(call.body) > wording.RESPONSE_LIMIT:
        with contextlib.suppress(OSError):
            reject(
                call, 413, "RequestEntityTooLarge", f"Exceeded maximum allowed payload size ({len(call.body)} bytes)"
            )
        return _fatal(wording.too_large(), error_type=wording.TOO_LARGE)
    with contextlib.suppress(OSError):
        call.answer(202)
    return Ending(payload=call.body, is_error=call.kind is CallKind.ERROR)


def _fatal(payload: bytes, *, error_type: str, lines: tuple[str, ...] = ()) -> Ending:
    return Ending(payload=payload, is_error=True, is_fatal=True, status="error", error_type=error_type, lines=lines)


def _timed_out(request_id: str, timeout: float) -> Ending:
    payload, line = wording.timed_out(request_id, timeout), wording.timed_out_line(request_id, timeout)
    return Ending(payload=payload, is_error=True, is_fatal=True, status="timeout", lines=(line,))


def _report(body: bytes) -> dict[str, object]:
    try:
        report = json.loads(body)
    except ValueError:
        report = None
    return (
        report
        if isinstance(report, dict)
        else {"errorType": "Runtime.Unknown", "errorMessage": body.decode(errors="replace")}
    )
