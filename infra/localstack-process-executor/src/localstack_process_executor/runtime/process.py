"""The process of a function: started apart from LocalStack, tied to its life, killed as a whole."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from localstack_process_executor.runtime.activity import Activity
from localstack_process_executor.runtime.memory import MemoryGauge

BOOTSTRAP = Path(__file__).parent / "function" / "bootstrap.py"


class FunctionProcess:
    """One run of the bootstrap; `output` is the read end of its output, which the log's reader closes.

    The arguments are those of the bootstrap after its two pipes; the memory limit is in bytes.
    """

    def __init__(
        self,
        *,
        python: Path,
        arguments: Sequence[str],
        directory: Path,
        variables: Mapping[str, str],
        memory_limit: float,
    ) -> None:
        lifeline, self._lifeline = os.pipe()
        self._acknowledgements, acknowledgements = os.pipe()
        os.set_blocking(self._acknowledgements, False)
        command: Sequence[str] = (
            *(str(python), "-s", str(BOOTSTRAP)),  # -s: without the user's own packages
            *(str(lifeline), str(acknowledgements), *arguments),
        )
        self.output, output = os.pipe()
        os.set_blocking(self.output, False)
        try:
            self._process = subprocess.Popen(
                command,
                cwd=directory,
                env=dict(variables),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(lifeline, acknowledgements),
                start_new_session=True,
            )
            self._memory = MemoryGauge(self._process.pid)
        except OSError:
            for end in (self._lifeline, self._acknowledgements, self.output):
                os.close(end)  # closing the lifeline also ends the process, if there is one
            raise
        finally:
            for end in (lifeline, acknowledgements, output):
                os.close(end)
        self.pid = self._process.pid
        self.activity = Activity(self.pid)
        self._polled = threading.Lock()  # else `poll` may tell the second of two threads that a dead process runs
        self._memory_limit = memory_limit
        self.peak_memory = 0  # bytes, as far as it was measured
        self.is_out_of_memory = False

    def is_alive(self) -> bool:
        """Return whether the process itself still runs; its children do not count."""
        with self._polled:
            return self._process.poll() is None

    def has_received(self) -> bool:
        """Return whether an invocation has reached the runtime since the last call."""
        with contextlib.suppress(BlockingIOError):
            return bool(os.read(self._acknowledgements, 4096))
        return False

    def check_peak_memory(self) -> None:
        """Kill the process if it has ever exceeded its memory."""
        self._has_held(self._memory.peak())

    def is_running_within_limits(self) -> bool:
        """Kill the process if it and its children now exceed its memory; return whether it still runs."""
        self._has_held(self._memory.held())
        return self.is_alive()

    def _has_held(self, memory: int) -> None:
        self.peak_memory = max(self.peak_memory, memory)
        if self.peak_memory > self._memory_limit and self.is_alive():
            self.is_out_of_memory = True
            self.kill()

    def kill(self) -> None:
        """Kill the process and its children; return when it is gone. May be called again."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """Kill it if it runs, and close its pipes except `output`, which may hold its last lines."""
        self.kill()
        self._memory.close()
        os.close(self._lifeline)
        os.close(self._acknowledgements)

    def cause_of_death(self) -> str:
        """Return how it ended, in AWS's words, e.g. `exit status 1` or `signal: killed`; empty for a clean exit."""
        code = self._process.wait()
        if code < 0:
            return f"signal: {(signal.strsignal(-code) or str(-code)).lower()}"
        return f"exit status {code}" if code else ""
