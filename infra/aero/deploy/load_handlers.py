"""Loads the handlers of built functions, each in a process of its own, and says which cannot be loaded and why.

A program of its own, standard library only; run without `site`, so that it sees no working tree, only its argument: the
packages that Lambda itself has, which are boto3's. It reads one line of JSON from its standard input,
`[{"name", "handler", "folders"}, …]`, where `folders` are those of the package and its layers, and answers on its
standard output with a line of JSON for what the layers have in common, then one for each function: the reason, empty
for what can be loaded. What they have in common is loaded once, before the processes part: sixteen functions take
hardly longer than one.
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
    """Load them one after the other."""
    sys.path.append(sys.argv[1])
    functions = json.loads(sys.stdin.readline())
    warm_up(functions[0]["folders"][1:])
    answer("")
    for function in functions:
        answer(load(**function))


def answer(reason: str) -> None:
    """At once: whoever waits for it knows by that which one never ends."""
    print(json.dumps(reason), flush=True)  # noqa: T201 - our answer


def warm_up(layers: list[str]) -> None:
    """Load what the layers have in common; what fails will fail again, with its name, in a function that needs it."""
    sys.path[:0] = layers
    with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
        package = importlib.import_module(COMMON)
        for module in pkgutil.walk_packages(package.__path__, f"{COMMON}.", onerror=lambda _name: None):
            with contextlib.suppress(Exception):
                importlib.import_module(module.name)


def load(name: str, handler: str, folders: list[str]) -> str:
    """Load one in a child; why it failed, or nothing."""
    del name
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - until the process ends
        os.dup2(sys.stdout.fileno(), 1)  # what it starts prints among our answers otherwise
        sys.path[:0] = folders
        os.write(writing, failure(handler, folders[0]).encode()[:2000])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        reason = said.read().decode(errors="replace")
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return reason or ("" if status == 0 else f"loading it ends its process ({status})")


def failure(handler: str, package: str) -> str:
    """Why a handler cannot be loaded here, with the line it fails at, as far as that is one of ours."""
    module, _, attribute = handler.rpartition(".")
    try:
        getattr(importlib.import_module(module), attribute)
    except BaseException as error:  # noqa: BLE001 - whatever it is
        said = traceback.format_exception_only(error)[-1].strip()
        if isinstance(error, SyntaxError) and error.filename:
            return f"{shortened(error.filename, package)}, line {error.lineno}: {said}"
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if frame.filename.startswith(package):
                return f"{shortened(frame.filename, package)}, line {frame.lineno}: {said}"
        return said
    return ""


def shortened(file: str, package: str) -> str:
    """As it is called in the working tree."""
    return str(Path("functions") / Path(file).relative_to(package)) if file.startswith(package) else file


if __name__ == "__main__":
    main()
