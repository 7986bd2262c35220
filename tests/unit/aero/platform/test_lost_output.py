"""Commands whose output is lost: the work goes on, and a closed terminal stops `aero up` in order, as Ctrl-C does."""

from __future__ import annotations

import errno
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from support.eventually import eventually

# `aero up` of a platform without components. Its stop takes until the file `go` exists.
AERO_UP: Final = """
import asyncio, fcntl, sys, termios
from pathlib import Path
from types import SimpleNamespace
from aero.run import foreground
from aero.platform.progress.events import Event, Kind, step
from aero.run.up import until_stopped

if sys.stdin.isatty():
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
folder = Path(sys.argv[1])

async def up(_paths, _settings, listener):
    async def start():
        with step("Starting", listener):
            pass
    platform = SimpleNamespace(start=start, died=asyncio.get_running_loop().create_future())
    await until_stopped(platform, platform, (folder / "ready").touch)
    listener(Event(kind=Kind.warning, text="a component crashed"))
    with step("Stopping", listener) as current:
        (folder / "stopping").touch()
        while not (folder / "go").exists():
            current.note("still stopping")
            await asyncio.sleep(0.05)
    (folder / "stopped").touch()

foreground.up = up
foreground.up_here(None, None)
"""


def test_a_closed_terminal_stops_it_as_ctrl_c_does(tmp_path: Path) -> None:
    """The system sends SIGHUP (POSIX: terminal disconnect), and so does the shell; output is impossible."""
    ours, its = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", AERO_UP, str(tmp_path)], stdin=its, stdout=its, stderr=its, start_new_session=True
    )
    try:
        os.close(its)
        eventually((tmp_path / "ready").exists, seconds=60, what="ready")
        os.close(ours)
        eventually((tmp_path / "stopping").exists, seconds=60, what="stopping")
        process.send_signal(signal.SIGHUP)
        (tmp_path / "go").touch()
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.wait()
    assert (tmp_path / "stopped").exists()


@pytest.mark.parametrize("both", [False, True], ids=["stdout", "stdout and stderr"])
@pytest.mark.parametrize("output", ["pipe", "/dev/full", "closed"])
def test_a_platform_goes_on_without_its_output(tmp_path: Path, output: str, *, both: bool) -> None:
    """Examples are `aero up | tee log` after the end of tee, `aero up >log` on a full disk, and `aero up >&-`."""
    # Given a platform whose output cannot be written
    reader, writer = os.pipe()
    if output == "pipe":
        os.close(reader)
    lost = os.open("/dev/full", os.O_WRONLY) if output == "/dev/full" else writer
    redirect = (">&-" + " 2>&-" * both) if output == "closed" else ""
    errors = (tmp_path / "errors").open("wb")
    process = subprocess.Popen(
        ["sh", "-c", f'exec "$@" {redirect}', "sh", sys.executable, "-c", AERO_UP, str(tmp_path)],
        stdin=subprocess.DEVNULL, stdout=lost, stderr=lost if both else errors, start_new_session=True,
    )  # fmt: skip
    try:
        eventually((tmp_path / "ready").exists, seconds=60, what="ready")
        # When it is stopped
        (tmp_path / "go").touch()
        process.send_signal(signal.SIGINT)
        # Then it stops in order, without an error message
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.wait()
        errors.close()
        for descriptor in {lost, writer, *([] if output == "pipe" else [reader])}:
            os.close(descriptor)
    assert (tmp_path / "stopped").exists()
    assert (tmp_path / "errors").read_bytes() == b""


@pytest.mark.parametrize("printing", ["console.out.print('x' * 99, soft_wrap=True)", "typer.echo('x' * 99)"])
def test_a_reader_that_closes_its_pipe_ends_a_listing(tmp_path: Path, printing: str) -> None:
    """`aero status | head -1` exits with 141, as shells report SIGPIPE (POSIX: 128 plus the signal's number)."""
    code = f"""
import typer
from aero.platform.terminal import console
from aero.cli.failures import failures_explained
from aero.platform.paths import Paths
app = typer.Typer()

@app.command()
def listing():
    with failures_explained(Paths.from_env()):
        for _ in range(100_000):
            {printing}

app()
"""
    with subprocess.Popen(
        [sys.executable, "-c", code], env=os.environ | {"AERO_HOME": str(tmp_path)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 128 + signal.SIGPIPE


def test_a_full_disk_is_reported_on_standard_error(tmp_path: Path) -> None:
    """`aero validate >log` on a full disk fails with the system's reason."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "aero", "validate"], stdout=full, stderr=subprocess.PIPE, text=True,
            env=os.environ | {"AERO_HOME": str(tmp_path)}, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert os.strerror(errno.ENOSPC) in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("ctrl_c", ["signal.default_int_handler", "signal.SIG_IGN"], ids=["terminal", "script"])
@pytest.mark.parametrize(("number", "ignored"), [("SIGTERM", False), ("SIGHUP", False), ("SIGHUP", True)])
def test_stop_signals_raise_keyboard_interrupt_for_the_clean_up(number: str, ctrl_c: str, *, ignored: bool) -> None:
    """Scenarios clean up at Ctrl-C, also in the background of a script, where the shell ignores SIGINT (POSIX).

    A program started by nohup (POSIX: it ignores SIGHUP) goes on.
    """
    code = (
        "import signal; from aero.run.foreground import take_stop_signals_for_ctrl_c\n"
        f"signal.signal(signal.SIGINT, {ctrl_c})\n"
        f"signal.signal(signal.{number}, signal.{'SIG_IGN' if ignored else 'SIG_DFL'})\n"
        "take_stop_signals_for_ctrl_c()\n"
        f"try: signal.raise_signal(signal.{number}); print('goes on')\n"
        "except KeyboardInterrupt: print('put back')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ("goes on" if ignored else "put back")
