"""The option `aero up --detach`: a platform in the background, with its start shown in the foreground."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from aero.platform.errors import AeroError
from aero.platform.progress.events import Kind
from aero.platform.progress.wire import received

if TYPE_CHECKING:
    from aero.platform.paths import Paths
    from aero.platform.progress.events import Listener


def up_detached(paths: Paths, arguments: Sequence[str], listener: Listener) -> dict[str, Any]:
    """Run `aero up` with these arguments in its own session, and return its summary once it is ready.

    An interrupt stops the background process. Raises the AeroError that ended the background process, and AeroError
    for folders that cannot be created.
    """
    paths.make()
    with paths.log("aero").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "aero", "up", "--progress-to-descriptor", "1", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    assert process.stdout is not None  # noqa: S101 - the pipe was requested
    failure = AeroError("The platform was stopped while it started.", cure=f"See {paths.log('aero')}")
    try:
        for event in received(process.stdout):
            if event.kind is Kind.ready:
                process.returncode = 0  # it goes on without us; this avoids Popen's warning about a running child
                return event.data
            if event.kind is Kind.error:
                failure = AeroError(event.text, cure=event.data["cure"], detail=event.data["detail"])
            else:
                listener(event)
    except KeyboardInterrupt:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, 15)
        process.wait()
        raise
    process.wait()
    raise failure
