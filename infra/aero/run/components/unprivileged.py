"""Runs programs that refuse root, such as PostgreSQL, when aero itself runs as root.

Such a program runs as `postgres` if that user exists, else as `nobody`. No user is created and no folder's mode is
changed. That user may be unable to reach the project, for example below a /root of mode 0700. On Linux the program
then keeps one capability, which overrides file modes, by util-linux's setpriv. Elsewhere aero must run as another user.
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
    """A user other than root."""

    uid: int
    gid: int

    @classmethod
    def if_root(cls) -> Self | None:
        """Return the user for such programs, or None if aero does not run as root. Raises AeroError without a user."""
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
        """Make this user the owner of a file or an empty folder."""
        os.chown(path, self.uid, self.gid)

    def apply(self, command: Command, *needed: Path) -> Command:
        """Return the command run as this user, who must reach the `needed` folders. Raises AeroError if it cannot."""
        if all(self._reaches(path) for path in needed):
            return replace(command, user=self.uid, group=self.gid)
        setpriv = shutil.which("setpriv")
        if sys.platform != "linux" or setpriv is None:
            raise AeroError(
                f"PostgreSQL does not run as root, and other users cannot reach {needed[0]}.",
                cure="Run as another user, or move the project to a folder that others can enter, such as /opt.",
            )
        options = (
            *("--reuid", str(self.uid), "--regid", str(self.gid), "--clear-groups", "--pdeathsig", "KILL"),
            *("--inh-caps", "+dac_override", "--ambient-caps", "+dac_override", "--"),
        )
        return replace(command, argv=(setpriv, *options, *command.argv))

    def _reaches(self, path: Path) -> bool:
        """Return whether every user may enter a folder's parents. The modes inside of it are set by its creator."""
        return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents)
