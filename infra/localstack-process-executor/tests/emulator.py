"""A real LocalStack in host mode, all of whose files are in one folder, and functions to run in it."""

import base64
import io
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import boto3
import psutil
from botocore.config import Config

T = TypeVar("T")

ACCOUNT = "000000000000"
REGION = "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/any"
RUNTIME = "python{}.{}".format(*sys.version_info)
START_LIMIT = 60.0
SECRET = "what-functions-must-not-see"
INDEX_OF_SERVICES = "usr/lib/localstack"  # takes LocalStack seconds to make, at each start if it has none
COME_AND_GO = 8  # at most so many threads, and ends of connections that are kept alive within LocalStack
PORTS = range(20_000, 32_768)  # below those that systems give to clients and to who asks for any


def eventually(look: Callable[[], T], *, within: float = 10.0) -> T:
    """The first true value of `look`; fails when there is none in time."""
    deadline = time.monotonic() + within
    while not (value := look()):
        assert time.monotonic() < deadline, f"nothing within {within} s, last seen: {value!r}"
        time.sleep(0.02)
    return value


def free_port() -> int:
    """A port that nobody listens on, and nobody else is likely to take until it is used."""
    while True:
        port = secrets.choice(PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def answers(url: str) -> bool:
    """Whether a server on this machine answers there."""
    try:
        with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - our own server
            return True
    except (urllib.error.URLError, OSError):
        return False


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an invocation returned."""

    error: str | None
    payload: Any
    log: str
    version: str


class Emulator:
    """LocalStack in a process of its own."""

    def __init__(self, folder: Path, variables: Mapping[str, str] | None = None, index: Path | None = None) -> None:
        self.port = free_port()
        self.folder = folder
        for name in ("tmp", "home"):
            (folder / name).mkdir(parents=True)
        if index:
            place = folder / "fs" / INDEX_OF_SERVICES
            place.parent.mkdir(parents=True)
            place.symlink_to(index)
        self._clients: dict[str, Any] = {}
        certificates = {
            name: value for name, value in os.environ.items() if name.endswith(("_CERT_FILE", "_CA_BUNDLE"))
        }
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "home"),
            "TMPDIR": str(folder / "tmp"),
            "FILESYSTEM_ROOT": str(folder / "fs"),
            "GATEWAY_LISTEN": f"127.0.0.1:{self.port}",
            "LOCALSTACK_HOST": f"localhost:{self.port}",
            "OVERRIDE_IN_DOCKER": "0",
            "DNS_ADDRESS": "0",
            "DISABLE_EVENTS": "1",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "EAGER_SERVICE_LOADING": "0",
            "AWS_EC2_METADATA_DISABLED": "true",
            "LAMBDA_RUNTIME_EXECUTOR": "process",
            "PROVIDER_OVERRIDE_DYNAMODB": "process",
            "SECRET_OF_LOCALSTACK": SECRET,
            "AWS_SESSION_TOKEN": SECRET,
            **certificates,
            **(variables or {}),
        }
        self.log = folder / "localstack.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "localstack.runtime.main"], env=environment, stdout=log, stderr=log, cwd=folder
            )
        try:
            self._wait_until_ready()
        except BaseException:  # Ctrl-C too: who made it has nothing yet to kill it by
            self.kill()
            raise

    def _wait_until_ready(self) -> None:
        def is_ready() -> bool:
            assert self.process.poll() is None, self.log.read_text()
            return answers(f"{self.url}/_localstack/health")

        eventually(is_ready, within=START_LIMIT)

    @property
    def url(self) -> str:
        """Where LocalStack answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """LocalStack's process."""
        return self.process.pid

    def request(self, method: str, path: str) -> Any:
        """The JSON that one of LocalStack's own endpoints answers."""
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}{path}", method=method)) as answer:  # noqa: S310
            return json.loads(answer.read())

    def client(self, service: str) -> Any:
        """The boto3 client of this LocalStack, which does not retry; safe for several threads."""
        if service not in self._clients:
            self._clients[service] = boto3.client(
                service,
                endpoint_url=self.url,
                region_name=REGION,
                aws_access_key_id="test",
                aws_secret_access_key="test",
                config=Config(retries={"total_max_attempts": 1}, read_timeout=60, max_pool_connections=64),
            )
        return self._clients[service]

    @property
    def lambda_(self) -> Any:
        """The client that everything here uses."""
        return self.client("lambda")

    @property
    def logs(self) -> Any:
        """The client of CloudWatch Logs."""
        return self.client("logs")

    def threads(self) -> int:
        """How many it has, of which a few `COME_AND_GO`."""
        return int(psutil.Process(self.pid).num_threads())

    def descriptors(self) -> int:
        """How many it has open, of which a few `COME_AND_GO`; CloudWatch's database leaves its own to the collector."""
        process = psutil.Process(self.pid)
        return int(process.num_fds()) - sum(file.path.endswith("/metrics.db") for file in process.open_files())

    def function_processes(self) -> list[psutil.Process]:
        """All processes that LocalStack has started, and theirs."""
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def scratch(self) -> list[Path]:
        """The folders of execution environments."""
        temporary = self.folder / "fs" / (self.folder / "tmp").relative_to("/") / "localstack"
        folder = temporary / "lambda-environments"
        entries = list(folder.iterdir()) if folder.exists() else []  # no deeper, since they may be vanishing
        return [entry for entry in entries if not entry.name.startswith("runtime-")]

    def deploy(self, name: str, code: str, **settings: Any) -> "Function":
        """Create a function of one module and wait until it can be invoked."""
        return Function.create(self, name, {"ZipFile": zipped({"app.py": code})}, **settings)

    def deploy_from(self, folder: Path, name: str, **settings: Any) -> "Function":
        """Create a function that runs from this folder and is reloaded when a file in it changes."""
        return Function.create(self, name, {"S3Bucket": "hot-reload", "S3Key": str(folder)}, **settings)

    def layer(self, name: str, files: Mapping[str, str]) -> str:
        """Publish a layer; returns the version's ARN."""
        content = {"ZipFile": zipped(files)}
        return str(self.lambda_.publish_layer_version(LayerName=name, Content=content)["LayerVersionArn"])

    def stop(self) -> None:
        """Stop as `SIGTERM` does."""
        self.process.terminate()
        self.process.wait(timeout=30)

    def kill(self) -> None:
        """Stop as `kill -9` does."""
        self.process.kill()
        self.process.wait()


@dataclass(frozen=True)
class Function:
    """A deployed function."""

    emulator: Emulator
    name: str

    @classmethod
    def create(
        cls,
        emulator: Emulator,
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

    def invoke(self, event: Any = None, **options: Any) -> Answer:
        """Invoke it and wait for the answer."""
        answer = self.emulator.lambda_.invoke(
            FunctionName=self.name, Payload=json.dumps(event), LogType="Tail", **options
        )
        payload = answer["Payload"].read()
        return Answer(
            error=answer.get("FunctionError"),
            payload=json.loads(payload) if payload else None,
            log=base64.b64decode(answer.get("LogResult", "")).decode(),
            version=answer["ExecutedVersion"],
        )

    def log_lines(self) -> list[str]:
        """All that is in CloudWatch Logs, oldest first."""
        group = f"/aws/lambda/{self.name}"
        logs = self.emulator.logs
        try:
            events = logs.filter_log_events(logGroupName=group)["events"]
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [event["message"].removesuffix("\n") for event in events]

    def wait_for_log(self, text: str) -> list[str]:
        """All that is in CloudWatch Logs, as soon as a line contains the text."""

        def lines_with_it() -> list[str]:
            lines = self.log_lines()
            return lines if any(text in line for line in lines) else []

        return eventually(lines_with_it)


def zipped(files: Mapping[str, str]) -> bytes:
    """An archive as Lambda takes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return buffer.getvalue()
