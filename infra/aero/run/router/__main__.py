"""The program `python -m aero.run.router CONFIGURATION SECONDS`, which serves the local ports until SIGTERM."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from aiohttp import web

from aero.platform.ports import LOOPBACK
from aero.run.router.application import Router
from aero.run.router.configuration import CurrentConfiguration


async def serve(file: Path, *, seconds: float) -> None:
    """Listen on every port of the configuration. `seconds` is the time limit for an answer of the API."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    configuration = CurrentConfiguration(file)
    router = Router(configuration, seconds=seconds)
    await router.open()
    runners = []
    try:
        for listener in configuration.get().listeners:
            runner = web.ServerRunner(router.server(listener.routes), shutdown_timeout=2)
            await runner.setup()
            runners.append(runner)
            await web.TCPSite(runner, LOOPBACK, listener.port).start()
        await stop.wait()
    finally:
        for runner in runners:
            await runner.cleanup()
        await router.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), seconds=float(sys.argv[2])))
