"""Runs one program and makes sure that it does not outlive the guard's parent.

The guard is a separate program. It uses the standard library only, and psutil, if installed, to find stray descendants.

It reads one line of JSON from its standard input,
`{"argv", "env", "cwd", "log", "stop_signal", "grace_seconds", "user", "group"}`, starts the program and writes
`{"pid": …}` to its standard output. From then on the open input means that the parent lives. The input ends when the
parent closes it to stop the program, and when the parent is killed. The guard then stops the program (the stop signal
first, SIGKILL after the grace period) and its leftover descendants, writes `{"exit": …}` and ends. The guard runs in
its own session and does not see the terminal's Ctrl-C, so the parent decides the order of stops.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LINUX = sys.platform == "linux"


def main() -> None:
    """Guard the program described by the first line of the input."""
    wakeup_read, wakeup_write = os.pipe()
    os.set_blocking(wakeup_write, False)
    signal.set_wakeup_fd(wakeup_write, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)  # signals arrive through the pipe
    spec = read_spec()
    if LINUX:
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # orphaned grandchildren become our children
    try:
        program = start(spec)
    except OSError as error:
        say({"error": f"{spec['argv'][0]}: {error.strerror}"})
        return
    say({"pid": program.pid})
    wait_for_the_end(program, wakeup_read)
    stop(program, spec["stop_signal"], spec["grace_seconds"])
    say({"exit": program.returncode})


def read_spec() -> dict[str, Any]:
    """Return the first line of the input, read without a buffer so that `select` still sees the end of the input."""
    line = b""
    while not line.endswith(b"\n"):
        piece = os.read(0, 1)
        if not piece:
            sys.exit(1)  # the parent has died already
        line += piece
    spec: dict[str, Any] = json.loads(line)
    return spec


def start(spec: dict[str, Any]) -> subprocess.Popen[bytes]:
    """Start the program in its own process group, with its output in its log."""
    libc = ctypes.CDLL(None)

    def die_with_the_guard() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)

    user: int | None = spec["user"]
    with Path(spec["log"]).open("ab", buffering=0) as log:
        return subprocess.Popen(
            spec["argv"],
            env=spec["env"],
            cwd=spec["cwd"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,
            user=user,
            group=spec["group"],
            extra_groups=None if user is None else [],
            preexec_fn=die_with_the_guard if LINUX else None,  # noqa: PLW1509 - the guard has one thread
        )


def wait_for_the_end(program: subprocess.Popen[bytes], wakeup: int) -> None:
    """Wait until the program ends, the parent closes the input or dies, or a signal tells the guard to stop."""
    with selectors.DefaultSelector() as selector:
        selector.register(0, selectors.EVENT_READ)
        selector.register(wakeup, selectors.EVENT_READ)
        while True:
            bury_orphans(program.pid)
            if program.poll() is not None:
                return
            ready = [key.fd for key, _ in selector.select()]
            if 0 in ready and not os.read(0, 4096):
                return
            if wakeup in ready and set(os.read(wakeup, 4096)) - {signal.SIGCHLD}:
                return


def bury_orphans(program: int) -> None:
    """Reap adopted grandchildren, but leave the end of the program itself to `poll`."""
    while LINUX:
        try:
            dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if dead is None or dead.si_pid == program:
            return
        os.waitpid(dead.si_pid, 0)


def stop(program: subprocess.Popen[bytes], stop_signal: int, grace_seconds: float) -> None:
    """Stop the program and its descendants, and return when all are gone."""
    stray = descendants(program.pid)
    if program.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            program.send_signal(stop_signal)
        try:
            program.wait(grace_seconds)
        except subprocess.TimeoutExpired:
            stray += descendants(program.pid)
            program.kill()
            program.wait()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(program.pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        left = [process for process in (*stray, *descendants(os.getpid())) if is_alive(process)]
        bury_orphans(0)
        if not left:
            return
        for process in left:
            with contextlib.suppress(Exception):  # it has just ended
                process.kill()
        time.sleep(0.01)


def descendants(pid: int) -> list[Any]:
    """Return the visible descendants of a process."""
    try:
        import psutil  # noqa: PLC0415 - needed for a stop only

        return list(psutil.Process(pid).children(recursive=True))
    except Exception:  # noqa: BLE001 - without psutil the kill of the process group must suffice
        return []


def is_alive(process: Any) -> bool:
    """Return whether a descendant still runs; psutil recognises a reused pid."""
    try:
        return bool(process.is_running()) and process.status() != "zombie"
    except Exception:  # noqa: BLE001 - it has just ended
        return False


def say(message: dict[str, Any]) -> None:
    """Send a message to the parent, if it still reads."""
    with contextlib.suppress(OSError):
        os.write(1, json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    main()
