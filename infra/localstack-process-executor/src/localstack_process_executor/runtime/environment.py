"""An execution environment runs one invocation of a function at a time, in a process that is replaced when it dies.

As on AWS, a crash or a timeout costs the process, not the environment: the next invocation gets a fresh process with
the same log stream and temporary folder.
"""

import contextlib
import logging
import math
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from localstack_process_executor.runtime import wording
from localstack_process_executor.runtime.logs import LogStream
from localstack_process_executor.runtime.process import FunctionProcess
from localstack_process_executor.runtime.session import Ending, Invocation, Session
from localstack_process_executor.runtime.steps import Steps, drive
from localstack_process_executor.sandbox.isolation import Runtime, debugger_packages, variables
from localstack_process_executor.sandbox.layers import merge
from localstack_process_executor.sandbox.sources import forget_bytecode, snapshot

LOG = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
INIT_LIMIT = 10.0  # seconds of initialisation that do not count against the function's timeout, as on AWS
ATTEMPTS = 3  # processes started for an invocation while each dies before it has received it


class EnvironmentStoppedError(Exception):
    """The environment was stopped during an invocation; how far the invocation got is unknown."""


class StoppedBeforehandError(EnvironmentStoppedError):
    """Stopped before the function received the event, so it is safe to retry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSpec:
    """The function to run, and its limits; the timeout is in seconds."""

    name: str
    version: str
    handler: str
    task_root: Path
    layers: tuple[Path, ...]
    timeout: float
    memory_size_mb: int
    variables: Mapping[str, str]
    reloaded_from: tuple[Path, ...] = ()  # folders whose changes take effect with the next invocation
    debug_port: int | None = None  # where each process waits for a debugger


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationOutcome:
    """The caller's answer, and the end of the log."""

    payload: bytes
    is_error: bool
    log_tail: str


class Environment:
    """Runs one invocation after the other; `stop` may be called by any thread at any time."""

    def __init__(
        self,
        *,
        spec: FunctionSpec,
        runtime: Runtime,
        folder: Path,
        log: LogStream,
        on_loaded: Callable[[], None] = lambda: None,
        on_gone: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_loaded` is called when an invocation's process is loaded or has failed to load.

        `on_gone` is called once, when the environment is stopped and nothing runs in it any more.
        """
        self._spec = spec
        self._runtime = runtime
        self._folder = folder
        self._log = log
        self._on_loaded = on_loaded
        self._in_the_end = contextlib.ExitStack()
        self._in_the_end.callback(on_gone)
        self.session: Session | None = None  # with the current process
        self._in_use = threading.Lock()
        self._invoking = False
        self._stopped = threading.Event()
        self._opt = folder / "opt"
        self._temporary = folder / "tmp"
        self._files = snapshot(spec.reloaded_from)
        merge(spec.layers, self._opt)
        self._temporary.mkdir()

    def start(self) -> None:
        """Initialise a process; if that fails, the first invocation reports it, as on AWS."""
        with self._use():
            drive(self._live_session())

    def run(self, invocation: Invocation) -> Steps[InvocationOutcome]:
        """Run the function and return its outcome; an error of the function is an outcome, not an exception."""
        self._invoking = True
        try:
            with self._use():
                return (yield from self._invoke(invocation))
        finally:
            self._invoking = False

    def is_at_hand(self) -> bool:
        """Return whether an invocation would probably begin at once."""
        session = self.session
        return bool(session and session.was_ready and not self._spec.reloaded_from and session.process.is_alive())

    def stop(self, *, at_once: bool = False) -> None:
        """Stop and leave nothing behind; an invocation in progress may end before that, unless `at_once`."""
        self._stopped.set()
        if (at_once or not self._invoking) and (session := self.session):
            session.process.kill()
        self._clean_up()

    @contextlib.contextmanager
    def _use(self) -> Iterator[None]:
        try:
            with self._in_use:
                self._check_not_stopped()
                yield
        finally:
            self._clean_up()

    def _clean_up(self) -> None:
        # A user of an environment that is stopped meanwhile comes here too, after releasing it.
        if self._stopped.is_set() and self._in_use.acquire(blocking=False):
            try:
                self._close_session()
                shutil.rmtree(self._folder, ignore_errors=True)
                self._in_the_end.close()
            finally:
                self._in_use.release()

    def _check_not_stopped(self, error: type[EnvironmentStoppedError] = StoppedBeforehandError) -> None:
        if self._stopped.is_set():
            raise error(f"An execution environment of {self._spec.name} was stopped while in use")

    def _live_session(self) -> Steps[Session]:
        """Return a session that is ready, is still initialising after the limit, or has failed to initialise."""
        if self._spec.reloaded_from:
            self._reload_what_has_changed()
        session = yield from self._awaited_session()
        for _ in range(ATTEMPTS - 1):
            if not session.was_lost:
                break
            LOG.info("A process of %s died without an event: another one replaces it", self._spec.name)
            self._close_session()
            session = yield from self._awaited_session()
        return session

    def _reload_what_has_changed(self) -> None:
        files = snapshot(self._spec.reloaded_from)
        if changed := files ^ self._files:
            LOG.info("%s is loaded anew: %s", self._spec.name, ", ".join(sorted({str(file.path) for file in changed})))
            self._close_session()
            forget_bytecode(changed)
            if {file.path for file in files} != {file.path for file in self._files}:  # otherwise the links are right
                shutil.rmtree(self._opt)
                merge(self._spec.layers, self._opt)
            self._files = files

    def _awaited_session(self) -> Steps[Session]:
        session = self.session or self._open_session()
        patience = INIT_LIMIT if session.was_ready else INIT_LIMIT - session.age
        yield from session.wait(until=time.monotonic() + patience)
        self._check_not_stopped()
        return session

    def _open_session(self) -> Session:
        self._check_not_stopped()
        self.session = session = Session(self._launch)
        self._log.attach(session.process.output)
        self._check_not_stopped()  # a stop from before this line has not seen the process
        return session

    def _launch(self, runtime_api: str) -> FunctionProcess:
        return FunctionProcess(
            python=self._runtime.python,
            arguments=[self._spec.handler, *self._debug_arguments()],
            directory=self._spec.task_root,
            memory_limit=math.inf if self._spec.debug_port else self._spec.memory_size_mb * MEGABYTE,
            variables=variables(
                given=self._spec.variables,
                runtime=self._runtime,
                task_root=self._spec.task_root,
                opt=self._opt,
                temporary=self._temporary,
                runtime_api=runtime_api,
            ),
        )

    def _debug_arguments(self) -> tuple[str, ...]:
        port = self._spec.debug_port
        return (str(port), str(debugger_packages(self._runtime))) if port else ()

    def _close_session(self) -> None:
        session, self.session = self.session, None
        if session:
            session.process.kill()
            self._log.detach()
            session.close()

    def _invoke(self, invocation: Invocation) -> Steps[InvocationOutcome]:
        session = yield from self._live_session()
        self._on_loaded()
        if error_type := session.init_failure:
            self._log.write(wording.init_report(session.age, error_type))
        began = time.monotonic()
        self._log.write(wording.start(invocation.request_id, self._spec.version))
        ending, session = yield from self._deliver(session, invocation, began)
        duration = min(time.monotonic() - began, self._spec.timeout)
        report = wording.ReportLine(
            request_id=invocation.request_id,
            duration=duration,
            init_duration=session.take_init_duration(),
            memory_size_mb=self._spec.memory_size_mb,
            peak_memory=session.process.peak_memory,
            status=ending.status,
            error_type=ending.error_type,
        )
        if ending.is_fatal:
            self._close_session()
            self._check_not_stopped(EnvironmentStoppedError)
        self._log.write(*ending.lines, wording.end(invocation.request_id), str(report))
        return InvocationOutcome(payload=ending.payload, is_error=ending.is_error, log_tail=self._log.take_tail())

    def _deliver(self, session: Session, invocation: Invocation, began: float) -> Steps[tuple[Ending, Session]]:
        """Have the invocation handled; by another process if one dies before it has received it."""
        timeout = self._spec.timeout
        for _ in range(ATTEMPTS - 1):
            if ending := (yield from session.deliver(invocation, timeout=timeout, deadline=began + timeout)):
                return ending, session
            self._close_session()
            session, began = (yield from self._live_session()), time.monotonic()
        ending = yield from session.deliver(invocation, timeout=timeout, deadline=began + timeout)
        return ending or session.exit_ending(invocation.request_id), session
