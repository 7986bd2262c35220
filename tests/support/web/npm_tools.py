"""The CI's tools of npm, installed once for all tests."""

from __future__ import annotations

import asyncio
import os
from functools import cache
from pathlib import Path

from aero.deploy.web.tools import install_tools, search_path, tools_folder
from aero.platform.paths import Paths
from aero.platform.progress.events import Step


@cache
def npm_tools() -> Path:
    """Return the folder `node_modules` with all locked packages, after installing them unless they are there."""
    paths = Paths.from_env()
    paths.make()
    asyncio.run(install_tools(paths, Step("web", listener=lambda _: None)))
    return tools_folder(paths) / "node_modules"


def with_npm_tools() -> dict[str, str]:
    """Return the environment in which the tools and Node are on PATH."""
    npm_tools()
    return {**os.environ, "PATH": f"{search_path(Paths.from_env())}:{os.environ['PATH']}"}
