"""`aero deploy`: builds and deploys what has changed to the running platform."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aero import build, deploy
from aero.aws import Emulator
from aero.broker.admin import PulsarAdmin
from aero.broker.topics import declare_topics
from aero.components.router import LocalPorts
from aero.connector_configuration import require_deployable
from aero.ports import PortTable
from aero.progress.events import step
from aero.sam_environment import write_sam_environment
from aero.settings import PulsarKind

if TYPE_CHECKING:
    from aero.paths import Paths
    from aero.progress.events import Listener
    from aero.run_record import RunRecord


async def redeploy(paths: Paths, record: RunRecord, listener: Listener) -> None:
    """Requests are served meanwhile; a run of the connector that is under way ends with the code it began with."""
    record.require_serving("localstack")
    table = PortTable(record.port_offset)
    emulator = Emulator(record.endpoint)
    with step("sam build", listener) as current:
        pulsar = record.component("pulsar")
        lite = record.pulsar == PulsarKind.lite and pulsar is not None and pulsar.program is not None
        await asyncio.to_thread(require_deployable, paths, lite=lite)
        await build.build(paths, current)
    if admin := PulsarAdmin.running(record):
        with step("Topics", listener) as current:
            current.result = await declare_topics(paths, admin, listener)
    target = deploy.Target(
        paths=paths,
        emulator=emulator,
        pulsar_url=pulsar.address if pulsar else "",
        pulsar_secret=await deploy.deployed_pulsar_secret(emulator),
        stripe_url=table.url("stripe"),
        watch=record.watch,
    )
    with step("sam deploy", listener):
        api_id = await deploy.deploy(target)
        LocalPorts(paths, table).lead_to(record.endpoint, api_id)
        await asyncio.to_thread(write_sam_environment, emulator, paths.sam_environment_file)
        await deploy.start_connector(emulator)
