"""The compared emulators: ours, LocalStack unpatched with the same executor, and MiniStack."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import boto3
import psutil
from botocore.config import Config

from support.account import REGION
from support.emulator import Emulator
from support.waiting import answers, eventually, free_port

HERE = Path(__file__).parent
MINISTACK = "ministack[full]==1.5.33"
CHALICE = "chalice==1.34.0"
STACK = "benchmark"


class Server(Protocol):
    """The interface of all emulators."""

    port: int

    @property
    def url(self) -> str:
        """The emulator's address."""

    @property
    def pid(self) -> int:
        """The id of its process."""


@dataclass(frozen=True)
class Platform:
    """An emulator with the template deployed."""

    name: str
    server: Server
    api_id: str

    @property
    def path(self) -> str:
        """The URL of the only route."""
        return f"/_aws/execute-api/{self.api_id}/bench/hello"

    def client(self, service: str) -> Any:
        """Make a boto3 client that does not retry."""
        return client(self.server, service)

    def load(self, clients: int, seconds: float) -> dict[str, float]:
        """Have clients request the route for some seconds; return `rate` per second and `p50_ms`."""
        arguments = ("127.0.0.1", str(self.server.port), self.path, str(clients), str(seconds))
        done = subprocess.run([sys.executable, str(HERE / "load.py"), *arguments], check=True, capture_output=True)
        return dict(json.loads(done.stdout))

    def resident_megabytes(self) -> float:
        """Return the CPU time of the emulator itself, without functions."""
        return float(psutil.Process(self.server.pid).memory_info().rss) / 2**20


def client(server: Server, service: str) -> Any:
    """Make a boto3 client of an emulator, without retries."""
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    return boto3.client(service, endpoint_url=server.url, region_name=REGION, config=config, **keys)


class MiniStack:
    """MiniStack in a process of its own, from an environment of its own."""

    def __init__(self, folder: Path) -> None:
        environment = folder / "venv"
        subprocess.run(["uv", "venv", "--quiet", "--python", sys.executable, environment], check=True)
        install = ["uv", "pip", "install", "--quiet", "--python", str(environment / "bin" / "python"), MINISTACK]
        subprocess.run(install, check=True)
        self.port = free_port()
        variables = {
            "GATEWAY_PORT": str(self.port),
            "BIND_HOST": "127.0.0.1",
            "HOME": str(folder),
            "PATH": os.defpath,
        }
        with (folder / "ministack.log").open("wb") as log:
            self.process = subprocess.Popen(
                [environment / "bin" / "ministack"], env=variables, cwd=folder, stdout=log, stderr=log
            )
        eventually(lambda: answers(f"{self.url}/_ministack/health"), within=60)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self.process.pid

    def kill(self) -> None:
        """Stop it and its children."""
        children = psutil.Process(self.pid).children(recursive=True)
        self.process.kill()
        self.process.wait()
        for child in children:
            child.kill()


def code(folder: Path) -> bytes:
    """Return the archive that every emulator gets."""
    contents = folder / "code"
    shutil.copytree(HERE / "function", contents)
    target = ["--target", str(contents), "--no-deps", CHALICE]
    subprocess.run(["uv", "pip", "install", "--quiet", "--python", sys.executable, *target], check=True)
    return Path(shutil.make_archive(str(folder / "archive"), "zip", contents)).read_bytes()


def deploy(name: str, server: Server, archive: bytes) -> Platform:
    """Deploy the template."""
    s3, cloudformation = client(server, "s3"), client(server, "cloudformation")
    s3.create_bucket(Bucket="benchmark")
    s3.put_object(Bucket="benchmark", Key="code.zip", Body=archive)
    capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    template = (HERE / "template.yaml").read_text().replace("python3.13", "python{}.{}".format(*sys.version_info))
    cloudformation.create_stack(StackName=STACK, TemplateBody=template, Capabilities=capabilities)
    cloudformation.get_waiter("stack_create_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})
    outputs = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
    return Platform(name, server, next(one["OutputValue"] for one in outputs if one["OutputKey"] == "ApiId"))


@contextmanager
def platforms(folder: Path) -> Iterator[tuple[Platform, Platform, Platform]]:
    """Start all emulators, each with the template deployed."""
    patches = folder / "unpatched"
    patches.mkdir()
    shutil.copy(HERE / "unpatched.py", patches / "sitecustomize.py")
    servers: list[Emulator | MiniStack] = []
    try:
        servers.append(Emulator(folder / "ours"))
        servers.append(Emulator(folder / "as-it-comes", {"PYTHONPATH": str(patches)}))
        (folder / "ministack").mkdir()
        servers.append(MiniStack(folder / "ministack"))
        archive = code(folder)
        names = ("ours", "LocalStack unpatched", "MiniStack")
        ours, unpatched, ministack = (
            deploy(name, server, archive) for name, server in zip(names, servers, strict=True)
        )
        yield ours, unpatched, ministack
    finally:
        for server in servers:
            server.kill()
