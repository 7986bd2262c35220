"""A function's process is tied to the life of the process that started it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from localstack_process_executor.runtime.process import BOOTSTRAP

# A module that never finishes loading, with a child of its own.
MODULE = """
import subprocess, time
subprocess.Popen(["sleep", "1000"])
print("loading", flush=True)
time.sleep(1000)
"""
BY_THE_KERNEL = "import fcntl\nassert fcntl.F_SETSIG"
BY_A_THREAD = "import fcntl\nvars(fcntl).pop('F_SETSIG', None)"  # as on macOS
RUN = "\nimport runpy\nrunpy.run_path({path!r}, run_name='__main__')"


def start(way: str, lifeline: int, folder: Path) -> subprocess.Popen[bytes]:
    """Run the bootstrap, which ends when the other end of this descriptor is closed."""
    (folder / "app.py").write_text(MODULE)
    _, acknowledgements = os.pipe()
    return subprocess.Popen(
        [sys.executable, "-c", way + RUN.format(path=str(BOOTSTRAP)), str(lifeline), str(acknowledgements), "app.x"],
        env={"PYTHONPATH": str(folder), "PATH": os.environ["PATH"], "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:1"},
        stdout=subprocess.PIPE,
        pass_fds=(lifeline, acknowledgements),
        start_new_session=True,
    )


@pytest.mark.parametrize(
    "way",
    [
        pytest.param(BY_THE_KERNEL, marks=pytest.mark.skipif(sys.platform != "linux", reason="Linux has the signal")),
        BY_A_THREAD,
    ],
    ids=["kernel", "thread"],
)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_process_dies_with_its_lifeline(way: str, moment: str, tmp_path: Path) -> None:
    """The end of LocalStack ends a function's process and its children, even before they are set up."""
    # Given
    lifeline, end = os.pipe()
    if moment == "before":
        os.close(end)
    with start(way, lifeline, tmp_path) as process:
        children = []
        if moment == "after":
            assert process.stdout
            assert process.stdout.readline() == b"loading\n"
            children = psutil.Process(process.pid).children()
            assert len(children) == 1
            # When
            os.close(end)
        # Then
        assert process.wait(timeout=5) == -signal.SIGKILL
        assert psutil.wait_procs(children, timeout=5)[1] == []
    os.close(lifeline)
