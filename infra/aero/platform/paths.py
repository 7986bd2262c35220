"""The paths of the project and of `.aero/`."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from aero.platform.errors import AeroError

PROJECT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """The folders and files of one platform.

    `home` holds the data of one platform. `cache` holds programs installed once for the project; a reset keeps it.
    """

    home: Path
    cache: Path = PROJECT / ".aero" / "cache"
    project: Path = PROJECT

    @classmethod
    def from_env(cls) -> Self:
        """`.aero/` of the project, or $AERO_HOME for a platform of its own beside it."""
        return cls(home=Path(os.environ.get("AERO_HOME") or PROJECT / ".aero").absolute())

    @property
    def is_default(self) -> bool:
        """Whether this is the project's own platform, not one of a test."""
        return self.home == self.project / ".aero"

    @property
    def template(self) -> Path:
        """Every resource of the stack."""
        return self.project / "infra" / "template.yaml"

    @property
    def topics(self) -> Path:
        """The declaration of every topic."""
        return self.project / "infra" / "pulsar" / "topics.toml"

    @property
    def state(self) -> Path:
        """The data that outlives a stop: databases, topics, the ledger, passwords."""
        return self.home / "state"

    @property
    def run(self) -> Path:
        """What is only of use while the platform runs."""
        return self.home / "run"

    def temporary(self, name: str) -> Path:
        """An empty folder for the temporary files of a program, whatever its last run has left; "" has them all."""
        folder = self.run / "tmp" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def logs(self) -> Path:
        """One log per component, and aero's own."""
        return self.home / "logs"

    @property
    def run_file(self) -> Path:
        """Which processes make up the running platform."""
        return self.home / "run.json"

    @property
    def end_file(self) -> Path:
        """How the last run has ended, unless it was asked to."""
        return self.home / "end.json"

    @property
    def lock_file(self) -> Path:
        """Held by the `aero up` that runs the platform."""
        return self.home / "lock"

    @property
    def credentials_file(self) -> Path:
        """The passwords that were generated for this platform."""
        return self.state / "secrets.json"

    @property
    def sam_environment_file(self) -> Path:
        """What `sam local invoke --env-vars` reads; only the project's own platform writes into `events/`."""
        return (self.project / "events" if self.is_default else self.home) / "env.local.json"

    def log(self, component: str) -> Path:
        """The log of a component."""
        return self.logs / f"{component}.log"

    def make(self) -> None:
        """Create the folders; raises AeroError for one that cannot be made, or not be written."""
        for folder in (self.home, self.state, self.run, self.logs, self.cache):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise _unusable(folder, error.strerror or str(error)) from None
            if not os.access(folder, os.W_OK | os.X_OK):
                raise _unusable(folder, "it cannot be written")


def _unusable(folder: Path, why: str) -> AeroError:
    return AeroError(
        f"The folder {folder} cannot be used: {why}.",
        cure="AERO_HOME names the folder for the platform's data: choose one that you can write to.",
    )
