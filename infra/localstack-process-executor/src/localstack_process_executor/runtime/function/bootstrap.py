"""Starts AWS's own runtime client in a function's process: `bootstrap.py LIFELINE ACKNOWLEDGEMENTS HANDLER`.

With two more arguments, a port and a folder from which debugpy can be imported, it waits for a debugger first.

Run by path, never imported as a part of the package, which a function must not see.
"""

import contextlib
import fcntl
import os
import signal
import sys

_claim = -1


def tie_to(lifeline: int) -> None:
    """Die, with every child, as soon as the other end of this pipe is closed, however LocalStack may have ended."""
    os.set_inheritable(lifeline, False)
    if hasattr(fcntl, "F_SETSIG"):
        # The kernel itself kills: at once, even in the middle of a C call that holds the interpreter's lock, and
        # without a thread, of which `fork` in a function would warn.
        fcntl.fcntl(lifeline, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(lifeline, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
        with contextlib.suppress(BlockingIOError):
            _watch(lifeline)  # which returns only if the other end is still open; nobody tells of what was before
    else:
        import threading

        threading.Thread(target=_watch, args=(lifeline,), name="lifeline", daemon=True).start()


def _watch(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.killpg(0, signal.SIGKILL)


def acknowledge_on(acknowledgements: int) -> None:
    """Write a byte for each invocation received, so that one which never arrived can be given to another process."""
    import runtime_client

    os.set_inheritable(acknowledgements, False)
    receive = runtime_client.next

    def receive_and_acknowledge() -> object:
        invocation = receive()
        os.write(acknowledgements, b"\0")
        return invocation

    runtime_client.next = receive_and_acknowledge


def provide_client() -> None:
    """Put our own client in the place of awslambdaric's native one, which is built for Linux alone."""
    try:
        import runtime_client  # noqa: F401 - this asks whether it is there
    except ImportError:
        sys.path.append(os.path.dirname(__file__))  # noqa: PTH120 - pathlib would slow every cold start down
        import portable_client  # type: ignore[import-not-found]

        sys.path.pop()
        sys.modules["runtime_client"] = portable_client


def wait_for_debugger(port: int, packages: str) -> None:
    """Go on when a debugger is there, or at once when the port is another process's, such as one of this function."""
    global _claim  # noqa: PLW0603 - it is held until this process ends
    _claim = os.open(f"{packages}/{port}.lock", os.O_CREAT | os.O_WRONLY)
    try:
        fcntl.flock(_claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        import socket

        socket.create_server(("127.0.0.1", port)).close()  # debugpy would not tell that it cannot have the port
    except OSError as error:
        print(f"No debugger for this process on 127.0.0.1:{port}: {error.strerror}", flush=True)
        return
    sys.path.append(packages)
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # no warning of modules that are frozen into Python
    import debugpy

    # In process: debugpy's adapter is a daemon, which would hold the port for half a minute after our end.
    debugpy.listen(("127.0.0.1", port), in_process_debug_adapter=True)
    print(f"Waiting for a debugger on 127.0.0.1:{port}", flush=True)
    debugpy.wait_for_client()


def main() -> None:
    """Run the handler for as long as LocalStack lives."""
    lifeline, acknowledgements, handler, *debug = sys.argv[1:]
    del sys.argv[1:], sys.path[0]  # this folder, which is of no concern to a function
    tie_to(int(lifeline))
    provide_client()
    acknowledge_on(int(acknowledgements))
    if debug:
        wait_for_debugger(int(debug[0]), debug[1])

    from awslambdaric.__main__ import main as run

    run([sys.argv[0], handler])


if __name__ == "__main__":
    main()
