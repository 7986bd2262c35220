"""The command `aero deploy`: builds changed code and deploys it to the running platform."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aero.broker.admin import PulsarAdmin
from aero.broker.deployed_secret import deployed_secret_name
from aero.broker.topics import declare_topics
from aero.deploy import build, stack
from aero.deploy.apis import first_requests
from aero.deploy.connector_configuration import require_deployable
from aero.deploy.sam_environment import write_sam_environment
from aero.deploy.stack_tables import require_tables
from aero.deploy.web.layer import make_layer
from aero.platform.aws import Emulator
from aero.platform.errors import AeroError
from aero.platform.origins import allowed_origins, hosts
from aero.platform.ports import PortTable
from aero.platform.progress.events import step
from aero.platform.settings import PulsarKind
from aero.process.run_record import RunRecord
from aero.run.components.router import LocalPorts

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Listener


async def redeploy(paths: Paths, record: RunRecord, listener: Listener) -> None:
    """Build and deploy. Requests are served meanwhile, and a running connector ends with its old code.

    Raises AeroError, also if a deployed API does not answer or a table is missing.
    """
    record.require_serving("localstack")
    try:
        async with stack.in_turn_with_others(paths):
            await _in_one_piece(paths, record, listener)
    except Exception as failure:  # noqa: BLE001 - errors of LocalStack's clients have no common base
        raise _crashed_meanwhile(paths, record) or failure from None
    with step("First requests", listener) as current, _is_deployed():
        current.result = await first_requests(
            PortTable(record.port_offset), record.debug, as_long_as=lambda: _serves(paths, "router")
        )
    await asyncio.to_thread(require_tables, Emulator(record.endpoint))


@contextmanager
def _is_deployed() -> Iterator[None]:
    """Add to a failure's cure that the failing code is already deployed."""
    try:
        yield
    except AeroError as failure:
        failure.cure = f"It is deployed, but does not answer. Fix it and deploy again. {failure.cure}"
        raise


def _serves(paths: Paths, name: str) -> bool:
    now = RunRecord.running(paths.run_file)
    component = now.component(name) if now else None
    return component is not None and not component.absence


def _crashed_meanwhile(paths: Paths, before: RunRecord) -> AeroError | None:
    """Return an error that explains the failed deploy if LocalStack crashed during it, else None."""
    now = RunRecord.running(paths.run_file)
    component, earlier = (record.component("localstack") if record else None for record in (now, before))
    if component is None or earlier is None or component.program is None:
        return None
    is_noticed = component.crashed_at != earlier.crashed_at
    if not is_noticed and component.program.process():
        return None
    when = f", {component.last_crash}" if is_noticed else ""
    return AeroError(
        f"LocalStack crashed during the deploy{when}. It is being restarted with the previous deploy.",
        cure="See aero status, then: aero deploy",
    )


async def _in_one_piece(paths: Paths, record: RunRecord, listener: Listener) -> None:
    try:
        await _redeploy(paths, record, listener)
    except BaseException:
        build.take_back(paths)
        raise
    build.settle(paths)


async def _redeploy(paths: Paths, record: RunRecord, listener: Listener) -> None:
    table = PortTable(record.port_offset)
    emulator = Emulator(record.endpoint)
    origins = allowed_origins(table, cors=record.cors, named=record.hosts)
    with step("Web pages", listener) as current, build.nothing_deployed("; the previous deploy stays"):
        await make_layer(paths, current)
    with step("sam build", listener) as current, build.nothing_deployed("; the previous deploy stays"):
        pulsar = record.component("pulsar")
        lite = record.pulsar == PulsarKind.lite and pulsar is not None and pulsar.program is not None
        await asyncio.to_thread(require_deployable, paths, lite=lite)
        await build.build(paths, current)
    if admin := PulsarAdmin.running(record):
        with step("Topics", listener) as current:
            current.result = await declare_topics(paths, admin, listener)
    target = stack.Target(
        paths=paths,
        emulator=emulator,
        pulsar_url=pulsar.address if pulsar else "",
        pulsar_secret=await asyncio.to_thread(deployed_secret_name, emulator),
        pulsar_admin_url=admin.url if admin else "",
        stripe_url=table.url("stripe"),
        origins=origins,
        watch=record.watch,
    )
    with step("sam deploy", listener):
        api_id = await stack.deploy(target)
        LocalPorts(paths, table, hosts=hosts(record.hosts), origins=origins).lead_to(record.endpoint, api_id)
        await asyncio.to_thread(write_sam_environment, emulator, paths.sam_environment_file)
        await stack.start_connector(emulator)
