"""`python -m aero.deploy.web` makes the layer of the pages; with `tools` it installs the CI's tools."""

from __future__ import annotations

import asyncio
import sys

from aero.deploy.web.layer import make_layer
from aero.deploy.web.tools import install_tools, search_path
from aero.platform.errors import AeroError
from aero.platform.paths import Paths
from aero.platform.progress.events import Step


def main() -> int:
    """Return the exit code; the reason for a failure goes to standard error."""
    paths = Paths.from_env()
    paths.make()
    with_tools = sys.argv[1:] == ["tools"]
    step = Step("web", listener=lambda event: print(event.text, file=sys.stderr))  # noqa: T201 - a command's output
    try:
        asyncio.run((install_tools if with_tools else make_layer)(paths, step))
    except AeroError as failure:
        print(failure.message, failure.cure, sep="\n", file=sys.stderr)  # noqa: T201 - as above
        return failure.exit_code
    if with_tools:
        print(search_path(paths))  # noqa: T201 - as above
    return 0


if __name__ == "__main__":
    sys.exit(main())
