"""Loads the handlers of built functions, each in its own process, and reports those that cannot be loaded.

This is a separate program, which uses the standard library only. It runs without `site`, so that it does not see the
working tree. Its argument is a folder with the packages of Lambda itself, those of boto3.

It reads one line of JSON from its standard input, `[{"name", "handler", "folders"}, …]`, where `folders` are those of
the package and its layers. It writes lines of JSON to its standard output: one for the layers' shared package, then one
for each function. A line is the reason for a failure, or an empty string. The shared package is loaded once, before the
processes fork, so sixteen functions take hardly longer than one.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import pkgutil
import sys
import traceback
from pathlib import Path

COMMON = "seedwork"


def main() -> None:
    """Load the handlers one after the other."""
    sys.path.append(sys.argv[1])
    functions = json.loads(sys.stdin.readline())
    warm_up(functions[0]["folders"][1:])
    answer("")
    for function in functions:
        answer(load(**function))


def answer(reason: str) -> None:
    """Write an answer at once, so that the reader knows which handler never ends."""
    print(json.dumps(reason), flush=True)  # noqa: T201 - the answer of this program


def warm_up(layers: list[str]) -> None:
    """Load the layers' shared package. A failure is ignored, since it recurs in a function that needs the package."""
    sys.path[:0] = layers
    with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
        package = importlib.import_module(COMMON)
        for module in pkgutil.walk_packages(package.__path__, f"{COMMON}.", onerror=lambda _name: None):
            with contextlib.suppress(Exception):
                importlib.import_module(module.name)


def load(name: str, handler: str, folders: list[str]) -> str:
    """Load one handler in a child process, and return the reason for a failure, or an empty string."""
    del name
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - until the process ends
        os.dup2(sys.stdout.fileno(), 1)  # otherwise the output of its children would mix with our answers
        sys.path[:0] = folders
        os.write(writing, failure(handler, folders[0]).encode()[:2000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answered:
        reason = answered.read().decode(errors="replace")
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return reason or ("" if status == 0 else f"loading it ends its process ({status})")


def failure(handler: str, package: str) -> str:
    """Return why a handler cannot be loaded, with the failing line if it is in the package; empty if it can."""
    module, _, attribute = handler.rpartition(".")
    try:
        getattr(importlib.import_module(module), attribute)
    except BaseException as error:  # noqa: BLE001 - an import may raise anything
        message = traceback.format_exception_only(error)[-1].strip()
        if isinstance(error, SyntaxError) and error.filename:
            return f"{shortened(error.filename, package)}, line {error.lineno}: {message}"
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if frame.filename.startswith(package):
                return f"{shortened(frame.filename, package)}, line {frame.lineno}: {message}"
        return message
    return ""


def shortened(file: str, package: str) -> str:
    """Return the path of a packaged file in the working tree; other paths stay."""
    return str(Path("functions") / Path(file).relative_to(package)) if file.startswith(package) else file


if __name__ == "__main__":
    main()
