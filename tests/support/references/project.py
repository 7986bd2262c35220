"""The files, make targets, commands and settings that a text may name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final, cast

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

import aero.cli.app
import stripe_simulator.cli

HOW_TO: Final = "docs/how-to/"
SHOWN: Final = {".ci", ".github", ".vscode"}  # of the folders with a dot
BUILT: Final = {"__pycache__", "node_modules"}
PLUGIN: Final = "infra/localstack-process-executor"


@dataclass(frozen=True)
class Project:
    """A project in a folder."""

    root: Path
    created: frozenset[str] = frozenset()  # files that a how-to tells its reader to create

    @cached_property
    def files(self) -> frozenset[str]:
        """Every file by its path, without what is installed or built."""
        return frozenset(_files(self.root)) | self.created

    def with_what_it_creates(self, name: str, text: str) -> Project:
        """Return the project as the reader of a how-to leaves it; the page says "Create `path`" of each new file."""
        if not name.startswith(HOW_TO):
            return self
        return replace(self, created=frozenset(re.findall(r"Create `([\w./-]+)`", text)))

    @cached_property
    def folders(self) -> frozenset[str]:
        """Every folder that holds a file."""
        return frozenset(str(parent) for file in self.files for parent in PurePosixPath(file).parents)

    @cached_property
    def _known(self) -> frozenset[str]:
        """Files and folders, and the files that are made at run time."""
        lines = (self.root / ".gitignore").read_text(encoding="utf-8").splitlines()
        return self.files | self.folders | {line for line in lines if not line.endswith("/")}

    @cached_property
    def make_targets(self) -> frozenset[str]:
        """The targets of the Makefiles."""
        makefiles = [file for file in self.files if PurePosixPath(file).name == "Makefile"]
        texts = [(self.root / file).read_text(encoding="utf-8") for file in makefiles]
        rules = [rule for text in texts for rule in re.findall(r"^([\w -]+):(?!=)", text, re.MULTILINE)]
        return frozenset(target for rule in rules for target in rule.split())

    @cached_property
    def options(self) -> frozenset[str]:
        """The options of all commands, of `aero`, of the simulator and of the scripts."""
        found = {option for command in _commands(AERO) for option in options(command)}
        found |= set(options(cast("Command", typer.main.get_command(stripe_simulator.cli.app))))
        for file in self.files:
            if file.endswith(".py"):
                found |= set(re.findall(r"[\"'](--[a-z][a-z-]*)", (self.root / file).read_text(encoding="utf-8")))
        return frozenset(found)

    @cached_property
    def variables(self) -> frozenset[str]:
        """The environment variables that `aero` reads."""
        texts = [
            (self.root / file).read_text(encoding="utf-8") for file in self.files if re.match(r"infra/.*\.py$", file)
        ]
        return frozenset(name for text in texts for name in re.findall(r"\bAERO_[A-Z_]+\b", text))

    def has(self, path: str, *, seen_from: str) -> bool:
        """Whether a path, with or without wildcards, is that of a file or folder here or beside `seen_from`."""
        bases = [str(parent) for parent in PurePosixPath(seen_from).parents]
        wanted = path.rstrip("/")
        for base in dict.fromkeys([".", PLUGIN, *bases]):
            pattern = wanted if base == "." else f"{base}/{wanted}"
            if pattern in self._known:
                return True
            if "*" in pattern and any(fnmatchcase(known, pattern) for known in self._known):
                return True
        return False

    def has_somewhere(self, name: str) -> bool:
        """Whether a file or folder has that name, or a path that ends with it."""
        wanted = f"/{name.rstrip('/')}"
        return any(f"/{known}".endswith(wanted) for known in self._known)


Command = TyperCommand | TyperGroup
AERO: Final = cast("Command", typer.main.get_command(aero.cli.app.app))


def subcommands(command: Command) -> Mapping[str, Command]:
    """Return the commands of a group, hidden aliases too."""
    return cast("Mapping[str, Command]", command.commands) if isinstance(command, TyperGroup) else {}


def options(command: Command) -> Iterator[str]:
    """Yield the options of a command."""
    yield from ("--help", "-h")
    for parameter in command.params:
        if isinstance(parameter, TyperOption):
            yield from (*parameter.opts, *parameter.secondary_opts)


def _commands(command: Command) -> Iterator[Command]:
    yield command
    for inner in subcommands(command).values():
        yield from _commands(inner)


def _files(root: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = [
            name
            for name in folders
            if name not in BUILT and not name.endswith(".egg-info") and (not name.startswith(".") or name in SHOWN)
        ]
        for name in files:
            yield (Path(folder) / name).relative_to(root).as_posix()
