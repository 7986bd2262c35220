"""Starts AWS's own runtime client in a function's process: `bootstrap.py LIFELINE ACKNOWLEDGEMENTS HANDLER`.

Run by path, never imported as a part of the package, which a function must not see.
"""

import contextlib
import fcntl
import os
import signal
import sys


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


def main() -> None:
    """Run the handler named last for as long as LocalStack lives."""
    lifeline, acknowledgements, handler = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    del sys.argv[1:]
    tie_to(lifeline)
    provide_client()
    acknowledge_on(acknowledgements)

    from awslambdaric.__main__ import main as run

    run([sys.argv[0], handler])


if __name__ == "__main__":
    main()
