"""The process of a function: started apart from LocalStack, tied to its life, killed as a whole."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

BOOTSTRAP = Path(__file__).parent / "function" / "bootstrap.py"


class FunctionProcess:
    """One run of the bootstrap; `output` is the read end of what it writes, for whoever collects logs to close."""

    def __init__(self, *, python: Path, handler: str, directory: Path, variables: Mapping[str, str]) -> None:
        lifeline, self._lifeline = os.pipe()
        self._acknowledgements, acknowledgements = os.pipe()
        os.set_blocking(self._acknowledgements, False)
        # -s and -P: neither the user's own packages nor the bootstrap's folder are on the path.
        command: Sequence[str] = (
            *(str(python), "-s", "-P", str(BOOTSTRAP)),
            *(str(lifeline), str(acknowledgements), handler),
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
        except OSError:
            for end in (self._lifeline, self._acknowledgements, self.output):
                os.close(end)
            raise
        finally:
            for end in (lifeline, acknowledgements, output):
                os.close(end)
        self.pid = self._process.pid
        self._peak_memory = 0

    def is_alive(self) -> bool:
        """Whether the process itself still runs; its children do not count."""
        return self._process.poll() is None

    def has_received(self) -> bool:
        """Whether an invocation has reached the runtime since the last time of asking."""
        with contextlib.suppress(BlockingIOError):
            return bool(os.read(self._acknowledgements, 4096))
        return False

    def peak_memory(self) -> int:
        """The most memory that the process has held so far as we know, in bytes."""
        with contextlib.suppress(psutil.Error, OSError):
            self._peak_memory = max(self._peak_memory, _resident_memory(self.pid))
        return self._peak_memory

    def kill(self) -> None:
        """Kill the process and all that it has started; returns when it is gone. May be called again."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """Kill it if need be and give up its pipes, except for `output`, which still holds its last words."""
        self.kill()
        os.close(self._lifeline)
        os.close(self._acknowledgements)

    def cause_of_death(self) -> str:
        """How it ended, in the words of AWS, e.g. `exit status 1` or `signal: killed`; empty for a clean exit."""
        code = self._process.wait()
        if code < 0:
            return f"signal: {(signal.strsignal(-code) or str(-code)).lower()}"
        return f"exit status {code}" if code else ""


def _resident_memory(pid: int) -> int:
    if sys.platform == "linux":
        status = Path(f"/proc/{pid}/status").read_text()
        _, _, rest = status.partition("VmHWM:")
        return int(rest.split(maxsplit=1)[0]) * 1024 if rest else 0
    return int(psutil.Process(pid).memory_info().rss)
