"""Running a program that refuses root, such as PostgreSQL, when we are root ourselves.

It runs as `postgres` where that user exists, else as `nobody`: no user is created and no folder's mode is changed. That
user may not be able to reach the project, say below a /root of mode 0700. On Linux the program then keeps one
capability, to pass over file modes, by util-linux's setpriv; elsewhere the way out is to run as another user.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from aero.platform.errors import AeroError

if TYPE_CHECKING:
    from aero.process.supervisor import Command

CANDIDATES: Final = ("postgres", "nobody")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unprivileged:
    """Another user than root."""

    uid: int
    gid: int

    @classmethod
    def if_root(cls) -> Self | None:
        """None when we are an ordinary user, who needs none of this."""
        if os.geteuid() != 0:
            return None
        for name in CANDIDATES:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(uid=entry.pw_uid, gid=entry.pw_gid)
        raise AeroError("PostgreSQL does not run as root, and there is no user 'nobody'.", cure="Run as another user.")

    def give(self, path: Path) -> None:
        """Make a file or an empty folder this user's."""
        os.chown(path, self.uid, self.gid)

    def apply(self, command: Command, *needed: Path) -> Command:
        """The same program as this user, who must reach the `needed` folders."""
        if all(self._reaches(path) for path in needed):
            return replace(command, user=self.uid, group=self.gid)
        setpriv = shutil.which("setpriv")
        if sys.platform != "linux" or setpriv is None:
            raise AeroError(
                f"PostgreSQL does not run as root, and other users cannot reach {needed[0]}.",
                cure="Run as another user, or move the project to where others may go, e.g. /opt.",
            )
        options = (
            *("--reuid", str(self.uid), "--regid", str(self.gid), "--clear-groups", "--pdeathsig", "KILL"),
            *("--inh-caps", "+dac_override", "--ambient-caps", "+dac_override", "--"),
        )
        return replace(command, argv=(setpriv, *options, *command.argv))

    def _reaches(self, path: Path) -> bool:
        """Whether the modes let anyone pass to a folder; what is in it is looked after by who made it."""
        return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents)
