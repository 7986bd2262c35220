"""Whoever closes the terminal of `aero up` stops it as by Ctrl-C: in an orderly way, and nothing is unexpected."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

from unit.aero.eventually import eventually

if TYPE_CHECKING:
    from pathlib import Path

# `aero up` of a platform without components; it stops as slowly as it is told to.
AERO_UP: Final = """
import asyncio, fcntl, sys, termios
from pathlib import Path
from types import SimpleNamespace
from aero import foreground
from aero.progress.events import step
from aero.up import until_stopped

fcntl.ioctl(0, termios.TIOCSCTTY, 0)
folder = Path(sys.argv[1])

async def up(_paths, _settings, listener):
    async def start():
        with step("Starting", listener):
            pass
    platform = SimpleNamespace(start=start, died=asyncio.get_running_loop().create_future())
    await until_stopped(platform, platform, (folder / "ready").touch)
    with step("Stopping", listener) as current:
        (folder / "stopping").touch()
        while not (folder / "go").exists():
            current.note("still stopping")
            await asyncio.sleep(0.05)
    (folder / "stopped").touch()

foreground.up = up
foreground.up_here(None, None)
"""


def test_it_stops_as_by_ctrl_c(tmp_path: Path) -> None:
    """SIGHUP comes of the system (POSIX: terminal disconnect), and of the shell once more; no output is possible."""
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


@pytest.mark.parametrize("ctrl_c", ["signal.default_int_handler", "signal.SIG_IGN"], ids=["terminal", "script"])
@pytest.mark.parametrize(("number", "ignored"), [("SIGTERM", False), ("SIGHUP", False), ("SIGHUP", True)])
def test_what_has_to_be_put_back_is_put_back(number: str, ctrl_c: str, *, ignored: bool) -> None:
    """As scenarios do at Ctrl-C, also in the background of a script, where a shell has SIGINT ignored (POSIX).

    What was started by nohup (POSIX: it ignores SIGHUP) goes on.
    """
    code = (
        "import signal; from aero.foreground import take_stop_signals_for_ctrl_c\n"
        f"signal.signal(signal.SIGINT, {ctrl_c})\n"
        f"signal.signal(signal.{number}, signal.{'SIG_IGN' if ignored else 'SIG_DFL'})\n"
        "take_stop_signals_for_ctrl_c()\n"
        f"try: signal.raise_signal(signal.{number}); print('goes on')\n"
        "except KeyboardInterrupt: print('put back')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ("goes on" if ignored else "put back")
