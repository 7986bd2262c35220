"""AWS's wording: the lines around an invocation, and the errors for the caller."""

import json
import math
import time
from dataclasses import dataclass

EXIT_ERROR = "Runtime.ExitError"
TIMED_OUT = "Sandbox.Timedout"
TOO_LARGE = "Function.ResponseSizeTooLarge"
REQUEST_TOO_LARGE = "RequestEntityTooLargeException"
RESPONSE_LIMIT = 6 * 1024 * 1024 + 100
REQUEST_LIMIT = 6 * 1024 * 1024
EVENT_LIMIT = 1024 * 1024  # the limit of asynchronous invocations


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """The REPORT line; durations in seconds, memory in bytes except for the configured one."""

    request_id: str
    duration: float
    init_duration: float | None
    memory_size_mb: int
    peak_memory: int
    status: str = ""
    error_type: str = ""

    def __str__(self) -> str:
        billed = math.ceil((self.duration + (self.init_duration or 0)) * 1000)
        fields = [
            f"REPORT RequestId: {self.request_id}",
            f"Duration: {self.duration * 1000:.2f} ms",
            f"Billed Duration: {billed} ms",
            f"Memory Size: {self.memory_size_mb} MB",
            f"Max Memory Used: {min(math.ceil(self.peak_memory / (1024 * 1024)), self.memory_size_mb)} MB",
        ]
        if self.init_duration is not None:
            fields.append(f"Init Duration: {self.init_duration * 1000:.2f} ms")
        if self.status:
            fields.append(f"Status: {self.status}")
        if self.error_type:
            fields.append(f"Error Type: {self.error_type}")
        return "\t".join([*fields, ""])


def start(request_id: str, version: str) -> str:
    """Return the line before an invocation."""
    return f"START RequestId: {request_id} Version: {version}"


def end(request_id: str) -> str:
    """Return the line after an invocation."""
    return f"END RequestId: {request_id}"


def init_report(duration: float, error_type: str) -> str:
    """Return the line after a failed initialisation."""
    return f"INIT_REPORT Init Duration: {duration * 1000:.2f} ms\tPhase: init\tStatus: error\tError Type: {error_type}"


def timed_out_line(request_id: str, seconds: float) -> str:
    """Return the line of an invocation that reached its timeout."""
    now = time.time()
    moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now * 1000) % 1000:03d}Z"
    return f"{moment} {request_id} Task timed out after {seconds:.2f} seconds"


def timed_out(request_id: str, seconds: float) -> bytes:
    """Return the caller's answer for an invocation that reached its timeout."""
    return error(TIMED_OUT, f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds")


def exit_message(request_id: str, cause: str) -> str:
    """Return why a runtime is gone; an empty cause is an exit with status 0."""
    reason = f"Runtime exited with error: {cause}" if cause else "Runtime exited without providing a reason"
    return f"RequestId: {request_id} Error: {reason}"


def exited(request_id: str, cause: str) -> bytes:
    """Return the caller's answer if the runtime exits or is killed during an invocation."""
    return error(EXIT_ERROR, exit_message(request_id, cause))


def too_large() -> bytes:
    """Return the caller's answer in the place of a response over the limit."""
    return error(TOO_LARGE, f"Response payload size exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes).")


def request_too_large(size: int, invocation_type: str | None) -> str:
    """Return why an event of this size is refused; empty if it is not."""
    if invocation_type == "Event":
        limit = EVENT_LIMIT
        refusal = f"{size} byte payload is too large for the Event invocation type (limit {limit} bytes)"
    else:
        limit = REQUEST_LIMIT
        refusal = f"Request must be smaller than {limit} bytes for the InvokeFunction operation"
    return refusal if size > limit else ""


def error(error_type: str, message: str) -> bytes:
    """Return an error of Lambda itself."""
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()
