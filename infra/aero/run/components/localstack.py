"""LocalStack in host mode, with our plugin: Lambda functions as local processes, DynamoDB with serialised writes."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from aero.platform.environment import child_environment
from aero.platform.ports import LOOPBACK
from aero.process.component import Component
from aero.process.http_probe import ANSWER_SECONDS, http_get
from aero.process.supervisor import Command
from aero.run.components.localstack_environment import LocalStackEnvironment, own_files
from aero.run.debugging import switch

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.ports import Port, PortTable
    from aero.platform.progress.events import Step

NO_PORTS: Final[Mapping[str, int]] = MappingProxyType({})

# LocalStack's main function, without the seconds in which Python frees LocalStack's memory at the end.
_MAIN: Final = """\
import os, sys
from localstack.runtime.main import main
code = 1
try:
    main()
except SystemExit as exit:
    code = exit.code or 0
finally:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
"""


class LocalStack(Component):
    """The AWS emulator. It loses its state at a stop, so each start deploys the stack again."""

    name = "localstack"
    title = "LocalStack"
    ready_seconds = 90.0

    def __init__(self, paths: Paths, table: PortTable, *, debug: Mapping[str, int] = NO_PORTS) -> None:
        """`debug` maps each function that waits for a debugger to the debugger's port."""
        self._debug = debug
        self._paths = paths
        self._port = table["localstack"]
        self._offset = table.offset

    @property
    def ports(self) -> tuple[Port, ...]:
        """The port of the gateway to all services."""
        return (self._port,)

    @property
    def address(self) -> str:
        """The value of AWS_ENDPOINT_URL."""
        return self._port.http

    @property
    def folder(self) -> Path:
        """The folder for its files while it runs: unpacked functions and S3 objects."""
        return self._paths.run / "localstack"

    async def prepare(self, step: Step) -> Command:
        """Install the environment, and delete the files of the last run."""
        environment = LocalStackEnvironment(self._paths)
        await environment.install(step)
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in ("home", "tmp", "usr/lib"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "usr/lib/localstack").symlink_to(environment.catalog)
        return Command(
            name=self.title,
            argv=(str(environment.python), "-P", "-c", _MAIN),
            cwd=self.folder,
            log=self._paths.log(self.name),
            env=child_environment(**self._variables()),
            grace_seconds=20,
        )

    async def is_ready(self) -> bool:
        """Return whether LocalStack's own health check succeeds."""
        status, _ = await http_get(f"{self.address}/_localstack/health", seconds=ANSWER_SECONDS)
        return status == HTTPStatus.OK

    def _variables(self) -> dict[str, str]:
        return {
            "GATEWAY_LISTEN": f"{LOOPBACK}:{self._port.number}",
            "LOCALSTACK_HOST": f"{LOOPBACK}:{self._port.number}",  # its host in the URLs that it returns
            "LAMBDA_RUNTIME_EXECUTOR": "process",
            "LAMBDA_PROCESS_PYTHON": sys.executable,  # the Python that the layers are built for
            **switch(self._debug),
            "PROVIDER_OVERRIDE_DYNAMODB": "process",
            "DYNAMODB_REMOVE_EXPIRED_ITEMS": "1",
            "EAGER_SERVICE_LOADING": "0",
            **own_files(self.folder),
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            # No requests beyond this machine, and no ports besides the gateway's.
            "DNS_ADDRESS": "0",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "DISABLE_EVENTS": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "EXTERNAL_SERVICE_PORTS_START": str(4510 + self._offset),
            "EXTERNAL_SERVICE_PORTS_END": str(4560 + self._offset),
        }
