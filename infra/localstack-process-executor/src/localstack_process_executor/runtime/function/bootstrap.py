"""Starts AWS's own runtime client in a function's process: `bootstrap.py LIFELINE ACKNOWLEDGEMENTS HANDLER`.

With two more arguments, a port and a folder with debugpy, it first waits for a debugger.

It is run by path and never imported as a part of the package, which a function must not see.
"""

import contextlib
import fcntl
import os
import signal
import sys

_claim = -1


def tie_to(lifeline: int) -> None:
    """Die, with every child, as soon as the other end of this pipe is closed, however LocalStack ended."""
    os.set_inheritable(lifeline, False)
    if hasattr(fcntl, "F_SETSIG"):
        # The kernel kills, even in the middle of a C call that holds the interpreter's lock. That needs no thread,
        # about which `fork` in a function would warn.
        fcntl.fcntl(lifeline, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(lifeline, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
        with contextlib.suppress(BlockingIOError):
            _watch(lifeline)  # returns only while the other end is open; a close from before would cause no signal
    else:
        import threading

        threading.Thread(target=_watch, args=(lifeline,), name="lifeline", daemon=True).start()


def _watch(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.killpg(0, signal.SIGKILL)


def acknowledge_on(acknowledgements: int) -> None:
    """Write a byte for each received invocation; one that never arrived can then be given to another process."""
    import runtime_client

    os.set_inheritable(acknowledgements, False)
    receive = runtime_client.next

    def receive_and_acknowledge() -> object:
        invocation = receive()
        os.write(acknowledgements, b"\0")
        return invocation

    runtime_client.next = receive_and_acknowledge


def provide_client() -> None:
    """Replace awslambdaric's native client by our own where there is none: it is built for Linux alone."""
    try:
        import runtime_client  # noqa: F401 - asks whether it is there
    except ImportError:
        sys.path.append(os.path.dirname(__file__))  # noqa: PTH120 - pathlib would slow every cold start down
        import portable_client  # type: ignore[import-not-found]

        sys.path.pop()
        sys.modules["runtime_client"] = portable_client


def wait_for_debugger(port: int, packages: str) -> None:
    """Wait for a debugger; return at once if another process has the port, such as one of this function."""
    global _claim  # noqa: PLW0603 - it is held until this process ends
    _claim = os.open(f"{packages}/{port}.lock", os.O_CREAT | os.O_WRONLY)
    try:
        fcntl.flock(_claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        import socket

        socket.create_server(("127.0.0.1", port)).close()  # debugpy would not say that it cannot have the port
    except OSError as error:
        print(f"No debugger for this process on 127.0.0.1:{port}: {error.strerror}", flush=True)
        return
    sys.path.append(packages)
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # no warning about modules frozen into Python
    import debugpy

    # In process: debugpy's adapter is a daemon, which would hold the port for half a minute after our end.
    debugpy.listen(("127.0.0.1", port), in_process_debug_adapter=True)
    print(f"Waiting for a debugger on 127.0.0.1:{port}", flush=True)
    debugpy.wait_for_client()


def main() -> None:
    """Run the handler for as long as LocalStack lives."""
    lifeline, acknowledgements, handler, *debug = sys.argv[1:]
    del sys.argv[1:], sys.path[0]  # this folder does not concern a function
    tie_to(int(lifeline))
    provide_client()
    acknowledge_on(int(acknowledgements))
    if debug:
        wait_for_debugger(int(debug[0]), debug[1])

    from awslambdaric.__main__ import main as run

    run([sys.argv[0], handler])


if __name__ == "__main__":
    main()
