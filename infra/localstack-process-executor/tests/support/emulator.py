"""A real LocalStack in host mode, with all of its files in one folder."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3
import psutil
from botocore.config import Config

from support.account import REGION
from support.function import Function, zipped
from support.waiting import answers, eventually, free_port

START_LIMIT = 60.0
SECRET = "what-functions-must-not-see"
INDEX_OF_SERVICES = "usr/lib/localstack"  # LocalStack needs seconds to make it, at each start without one
COME_AND_GO = 8  # so many threads, and ends of connections kept alive within LocalStack, may come and go


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
        except BaseException:  # Ctrl-C too: the caller has nothing yet to kill it by
            self.kill()
            raise

    def _wait_until_ready(self) -> None:
        def is_ready() -> bool:
            assert self.process.poll() is None, self.log.read_text()
            return answers(f"{self.url}/_localstack/health")

        eventually(is_ready, within=START_LIMIT)

    @property
    def url(self) -> str:
        """LocalStack's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The id of LocalStack's process."""
        return self.process.pid

    def request(self, method: str, path: str) -> Any:
        """Return the JSON of one of LocalStack's own endpoints."""
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}{path}", method=method)) as answer:  # noqa: S310
            return json.loads(answer.read())

    def client(self, service: str) -> Any:
        """Return the boto3 client of this LocalStack, which does not retry; safe for several threads."""
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
        """The client of Lambda."""
        return self.client("lambda")

    @property
    def logs(self) -> Any:
        """The client of CloudWatch Logs."""
        return self.client("logs")

    def threads(self) -> int:
        """Count its threads, a few of which `COME_AND_GO`."""
        return int(psutil.Process(self.pid).num_threads())

    def descriptors(self) -> int:
        """Count its open descriptors, a few of which `COME_AND_GO`, without those of CloudWatch's database."""
        process = psutil.Process(self.pid)
        return int(process.num_fds()) - sum(file.path.endswith("/metrics.db") for file in process.open_files())

    def function_processes(self) -> list[psutil.Process]:
        """Return all processes that LocalStack has started, and their children."""
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def scratch(self) -> list[Path]:
        """Return the folders of execution environments."""
        temporary = self.folder / "fs" / (self.folder / "tmp").relative_to("/") / "localstack"
        folder = temporary / "lambda-environments"
        entries = list(folder.iterdir()) if folder.exists() else []  # no deeper, since they may be vanishing
        return [entry for entry in entries if not entry.name.startswith("runtime-")]

    def deploy(self, name: str, code: str, **settings: Any) -> Function:
        """Create a function of one module and wait until it can be invoked."""
        return Function.create(self, name, {"ZipFile": zipped({"app.py": code})}, **settings)

    def deploy_from(self, folder: Path, name: str, **settings: Any) -> Function:
        """Create a function that runs from this folder and is reloaded when a file in it changes."""
        return Function.create(self, name, {"S3Bucket": "hot-reload", "S3Key": str(folder)}, **settings)

    def layer(self, name: str, files: Mapping[str, str]) -> str:
        """Publish a layer; return the version's ARN."""
        content = {"ZipFile": zipped(files)}
        return str(self.lambda_.publish_layer_version(LayerName=name, Content=content)["LayerVersionArn"])

    def stop(self) -> None:
        """Stop it, as `SIGTERM` does."""
        self.process.terminate()
        self.process.wait(timeout=30)

    def kill(self) -> None:
        """Kill it, as `kill -9` does."""
        self.process.kill()
        self.process.wait()
