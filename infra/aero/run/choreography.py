"""The start of the platform, with independent steps in parallel."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from aero.broker.admin import PulsarAdmin
from aero.broker.topics import declare_topics
from aero.deploy import build, stack
from aero.deploy.apis import first_requests
from aero.deploy.connector_configuration import require_deployable
from aero.deploy.sam_environment import write_sam_environment
from aero.deploy.web.layer import make_layer
from aero.platform.aws import Emulator
from aero.platform.database import Database
from aero.platform.errors import AeroError
from aero.platform.naming import PULSAR_SECRET
from aero.platform.origins import allowed_origins, hosts
from aero.platform.progress.events import Event, Kind, step
from aero.platform.progress.plain import PlainProgress
from aero.platform.settings import PulsarKind
from aero.process.run_record import ComponentRecord, Presence
from aero.run.components.localstack import LocalStack
from aero.run.components.postgres import Postgres
from aero.run.components.pulsar_apache import ApachePulsar
from aero.run.components.pulsar_jars import JarsUnavailableError
from aero.run.components.pulsar_lite import PulsarLite
from aero.run.components.router import API_SECONDS, LocalPorts
from aero.run.components.simulator import StripeSimulator
from aero.run.debugging import PATIENCE_SECONDS, listeners

if TYPE_CHECKING:
    from aero.platform.credentials import Credentials
    from aero.platform.paths import Paths
    from aero.platform.ports import Port, PortTable
    from aero.platform.progress.events import Listener, Step
    from aero.platform.settings import Settings
    from aero.process.component import Component
    from aero.run.chronicle import Chronicle
    from aero.run.programs import Programs

log = logging.getLogger(__name__)


class Choreography:
    """Starts the platform once and records the progress in the chronicle."""

    def __init__(
        self, *, paths: Paths, settings: Settings, table: PortTable, credentials: Credentials, programs: Programs,
        chronicle: Chronicle, listener: Listener,
    ) -> None:  # fmt: skip
        self._chronicle = chronicle
        self._paths = paths
        self._external = settings.external
        self._pulsar_access = settings.pulsar_access
        self._credentials = credentials
        self._programs = programs
        self._listener = listener
        self._table = table
        self._postgres = Postgres(paths, table, credentials)
        self._simulator = StripeSimulator(paths, table)
        self._localstack = LocalStack(paths, table, debug=settings.debug)
        self._origins = allowed_origins(table, cors=settings.cors, named=settings.hosts)
        self._router = LocalPorts(
            paths, table, hosts=hosts(settings.hosts), origins=self._origins,
            seconds=PATIENCE_SECONDS if settings.debug else API_SECONDS,
        )  # fmt: skip
        self._pulsar: ApachePulsar | PulsarLite = (
            ApachePulsar(paths, table) if settings.pulsar is PulsarKind.apache else PulsarLite(paths, table)
        )
        external = settings.external
        self._database = (
            Database.from_url(external.database_url)
            if external.database_url
            else Database.embedded(table["postgres"].number, credentials)
        )
        self._emulator = Emulator(external.aws_endpoint_url or self._localstack.address)

    def needed_ports(self) -> list[Port]:
        """Return the ports that our own components will listen on."""
        own: list[Component] = [self._router, self._simulator]
        own += [] if self._external.aws_endpoint_url else [self._localstack]
        own += [] if self._external.database_url else [self._postgres]
        own += [] if self._external.pulsar_url else [self._pulsar]
        return [*(port for component in own for port in component.ports), *listeners(self._chronicle.record.debug)]

    async def start(self) -> None:
        """Start everything and wait for the first answers. Raises the first expected failure, else the first one."""
        began = time.monotonic()
        self._router.lead_nowhere()
        try:
            async with asyncio.TaskGroup() as group:
                flow = [group.create_task(part) for part in (self._start_postgres(), self._start_pulsar())]
                ports = group.create_task(self._start(self._router))
                flow.append(group.create_task(self._start(self._simulator)))
                built = group.create_task(self._build())
                emulator = group.create_task(self._start_localstack())
                await asyncio.gather(built, emulator, ports)
                await self._deploy()
                await asyncio.gather(*flow)
                await self._first_request()
        except ExceptionGroup as failures:
            expected, unexpected = failures.split(AeroError)
            for failure in unexpected.exceptions if unexpected else ():
                log.error("the start failed unexpectedly", exc_info=failure)  # noqa: TRY400 - each failure of a group has its own traceback
            raise (expected or failures).exceptions[0] from None
        self._programs.restarts = True
        self._chronicle.update(seconds=time.monotonic() - began, status="running")
        self._listener = PlainProgress(log.info)  # later steps repeat the start, so they are only logged

    async def _restore_localstack(self) -> None:
        """Deploy the stack again, since LocalStack, unlike the other components, loses its state when it ends."""
        with step(self._localstack.title, self._listener) as current:
            await self._furnish(current)
        await self._deploy()
        await self._first_request()

    async def _start_postgres(self) -> None:
        with step(self._postgres.title, self._listener) as current:
            if self._external.database_url:
                self._note_external(self._postgres, f"{self._database.host}:{self._database.port}", current)
            else:
                await self._programs.bring_up(self._postgres, current)
                await asyncio.to_thread(self._database.create_if_missing)
            current.note("migrating")
            applied = await asyncio.to_thread(self._database.migrate, self._paths.project / "infra" / "migrations")
            await asyncio.to_thread(self._database.set_passwords, self._credentials.roles)
            current.result = f"{applied} migrations applied" if applied else current.result

    async def _start_pulsar(self) -> None:
        with step("Pulsar", self._listener) as current:
            if self._external.pulsar_url:
                self._note_external(self._pulsar, self._external.pulsar_url, current)
                await self._declare_topics(current)
                return
            try:
                await self._programs.bring_up(self._pulsar, current)
            except JarsUnavailableError as error:
                text = f"Apache Pulsar cannot run here, so pulsar-lite runs with its own topics: {error}"
                self._listener(Event(kind=Kind.warning, text=text))
                self._pulsar = PulsarLite(self._paths, self._table)
                await self._require_deployable()
                self._chronicle.update(pulsar=PulsarKind.lite.value)
                await self._programs.bring_up(self._pulsar, current)
            await self._declare_topics(current)

    async def _declare_topics(self, current: Step) -> None:
        if admin := PulsarAdmin.running(self._chronicle.record):
            current.note("topics")
            current.result += f", {await declare_topics(self._paths, admin, self._listener)}"

    async def _start_localstack(self) -> None:
        with step(self._localstack.title, self._listener) as current:
            if self._external.aws_endpoint_url:
                self._note_external(self._localstack, self._external.aws_endpoint_url, current)
            else:
                await self._programs.bring_up(
                    self._localstack, current, gone=self._close_router, restore=self._restore_localstack
                )
            await self._furnish(current)

    async def _furnish(self, current: Step) -> None:
        current.note("secrets and the bucket")
        databases = {role: self._database.secret(role, word) for role, word in self._credentials.roles.items()}
        secrets = stack.platform_secrets(databases, self._credentials.stripe_api_key, pulsar=self._pulsar_access.secret)
        await stack.provide(self._emulator, secrets)
        await stack.warm_up(self._emulator)

    @property
    def _pulsar_admin_url(self) -> str:
        """The broker's admin API as functions reach it; empty if there is none, or its address is unknown."""
        if self._external.pulsar_url:
            return self._external.pulsar_admin_url
        return self._table.url("pulsar-admin") if isinstance(self._pulsar, ApachePulsar) else ""

    async def _start(self, component: Component) -> None:
        with step(component.title, self._listener) as current:
            await self._programs.bring_up(component, current)

    async def _build(self) -> None:
        with step("Web pages", self._listener) as current, build.nothing_deployed():
            await make_layer(self._paths, current)
        with step("sam build", self._listener) as current, build.nothing_deployed():
            await self._require_deployable()
            await build.build(self._paths, current)

    async def _require_deployable(self) -> None:
        lite = not self._external.pulsar_url and isinstance(self._pulsar, PulsarLite)
        await asyncio.to_thread(require_deployable, self._paths, lite=lite)

    async def _deploy(self) -> None:
        with step("sam deploy", self._listener):
            target = stack.Target(
                paths=self._paths,
                emulator=self._emulator,
                pulsar_url=self._external.pulsar_url or self._pulsar.address,
                pulsar_secret=PULSAR_SECRET if self._pulsar_access.secret else "",
                pulsar_admin_url=self._pulsar_admin_url,
                stripe_url=self._simulator.address,
                origins=self._origins,
                watch=self._chronicle.record.watch,
            )
            async with stack.in_turn_with_others(self._paths):
                api_id = await stack.deploy(target)
                build.settle(self._paths)
                self._router.lead_to(self._emulator.endpoint, api_id)
            self._chronicle.update(api_id=api_id, endpoint=self._emulator.endpoint)

    async def _first_request(self) -> None:
        with step("First requests", self._listener) as current:
            await asyncio.gather(
                stack.start_connector(self._emulator),
                asyncio.to_thread(write_sam_environment, self._emulator, self._paths.sam_environment_file),
            )
            current.result = await first_requests(
                self._table, self._chronicle.record.debug, as_long_as=lambda: self._serves(self._router)
            )

    def _serves(self, component: Component) -> bool:
        known = self._chronicle.record.component(component.name)
        return known is not None and known.presence is Presence.serving

    def _close_router(self) -> None:
        with suppress(OSError):  # on a full disk; the router then notices the missing API itself
            self._router.lead_nowhere()

    def _note_external(self, component: Component, address: str, current: Step) -> None:
        current.result = f"external: {address}"
        self._chronicle.add(ComponentRecord(name=component.name, title=component.title, address=address))
