"""A deployed function with its answers and its log."""

import base64
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.account import ACCOUNT, REGION, ROLE, RUNTIME
from support.waiting import eventually

if TYPE_CHECKING:
    from support.emulator import Emulator


@dataclass(frozen=True, kw_only=True)
class InvokeAnswer:
    """The answer of an invocation."""

    error: str | None
    payload: Any
    log: str
    version: str


@dataclass(frozen=True)
class Function:
    """A deployed function."""

    emulator: "Emulator"
    name: str

    @classmethod
    def create(
        cls,
        emulator: "Emulator",
        name: str,
        code: Mapping[str, str | bytes],
        *,
        timeout: int = 3,
        layers: Sequence[str] = (),
        variables: Mapping[str, str] | None = None,
        handler: str = "app.handler",
        runtime: str = RUNTIME,
    ) -> "Function":
        """Create it and wait until it can be invoked."""
        emulator.lambda_.create_function(
            FunctionName=name,
            Runtime=runtime,
            Role=ROLE,
            Handler=handler,
            Code=code,
            Timeout=timeout,
            Layers=list(layers),
            Environment={"Variables": dict(variables or {})},
        )
        function = cls(emulator, name)
        function.wait()
        return function

    @property
    def arn(self) -> str:
        """The unqualified ARN."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.name}"

    def wait(self) -> None:
        """Wait until a new function or version is in place."""
        client = self.emulator.lambda_

        def is_settled() -> bool:
            state = client.get_function_configuration(FunctionName=self.name)
            return bool(state["State"] != "Pending" and state["LastUpdateStatus"] != "InProgress")

        eventually(is_settled)

    def update(self, code: str) -> None:
        """Replace the code."""
        self.emulator.lambda_.update_function_code(FunctionName=self.name, ZipFile=zipped({"app.py": code}))
        self.wait()

    def invoke(self, event: Any = None, **options: Any) -> InvokeAnswer:
        """Invoke it and wait for the answer."""
        answer = self.emulator.lambda_.invoke(
            FunctionName=self.name, Payload=json.dumps(event), LogType="Tail", **options
        )
        payload = answer["Payload"].read()
        return InvokeAnswer(
            error=answer.get("FunctionError"),
            payload=json.loads(payload) if payload else None,
            log=base64.b64decode(answer.get("LogResult", "")).decode(),
            version=answer["ExecutedVersion"],
        )

    def log_lines(self) -> list[str]:
        """Return all lines in CloudWatch Logs, oldest first."""
        group = f"/aws/lambda/{self.name}"
        logs = self.emulator.logs
        try:
            events = logs.filter_log_events(logGroupName=group)["events"]
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [event["message"].removesuffix("\n") for event in events]

    def wait_for_log(self, text: str) -> list[str]:
        """Return all lines in CloudWatch Logs, as soon as a line contains the text."""

        def lines_with_it() -> list[str]:
            lines = self.log_lines()
            return lines if any(text in line for line in lines) else []

        return eventually(lines_with_it)


def zipped(files: Mapping[str, str]) -> bytes:
    """Make an archive for Lambda."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return buffer.getvalue()
