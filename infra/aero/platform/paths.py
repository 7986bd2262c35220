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
        """Return the paths of `.aero/` in the project, or of $AERO_HOME for a separate platform."""
        return cls(home=Path(os.environ.get("AERO_HOME") or PROJECT / ".aero").absolute())

    @property
    def is_default(self) -> bool:
        """Whether this is the project's own platform instead of a separate one."""
        return self.home == self.project / ".aero"

    @property
    def template(self) -> Path:
        """The template with every resource of the stack."""
        return self.project / "infra" / "template.yaml"

    @property
    def topics(self) -> Path:
        """The declaration of every topic."""
        return self.project / "infra" / "pulsar" / "topics.toml"

    @property
    def state(self) -> Path:
        """The folder of data that outlives a stop: databases, topics, the ledger, passwords."""
        return self.home / "state"

    @property
    def run(self) -> Path:
        """The folder of files for the time of a run."""
        return self.home / "run"

    def temporary(self, name: str) -> Path:
        """Return an emptied folder for a program's temporary files; the name "" means the folder of all programs."""
        folder = self.run / "tmp" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def logs(self) -> Path:
        """The folder of logs: one per component, and aero's own."""
        return self.home / "logs"

    @property
    def run_file(self) -> Path:
        """The run record, with the processes of the running platform."""
        return self.home / "run.json"

    @property
    def end_file(self) -> Path:
        """The reason for the end of the last run, unless it was stopped on request."""
        return self.home / "end.json"

    @property
    def lock_file(self) -> Path:
        """The lock held by the running `aero up`."""
        return self.home / "lock"

    @property
    def credentials_file(self) -> Path:
        """The file of the generated passwords."""
        return self.state / "secrets.json"

    @property
    def sam_environment_file(self) -> Path:
        """The file for `sam local invoke --env-vars`. It is in `events/` for the project's own platform only."""
        return (self.project / "events" if self.is_default else self.home) / "env.local.json"

    def log(self, component: str) -> Path:
        """Return the path of a component's log."""
        return self.logs / f"{component}.log"

    def make(self) -> None:
        """Create the folders. Raises AeroError for one that cannot be created or written to."""
        for folder in (self.home, self.state, self.run, self.logs, self.cache):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise _unusable(folder, error.strerror or str(error)) from None
            if not os.access(folder, os.W_OK | os.X_OK):
                raise _unusable(folder, "it cannot be written to")


def _unusable(folder: Path, why: str) -> AeroError:
    return AeroError(
        f"The folder {folder} cannot be used: {why}.",
        cure="AERO_HOME names the folder for the platform's data: choose one that you can write to.",
    )
