"""The passwords of one platform: generated at the first start, kept beside the data they protect."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from aero.platform.errors import AeroError
from aero.platform.naming import ADMIN_ROLE, ROLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The passwords and the Stripe key; their values do not appear in a repr."""

    database: dict[str, str] = field(repr=False)  # by role
    stripe_api_key: str = field(repr=False)

    @property
    def roles(self) -> dict[str, str]:
        """The passwords of the roles that functions log in as, by role."""
        return {role: self.database[role] for role in ROLES}

    @classmethod
    def load_or_create(cls, file: Path) -> Self:
        """Read the file and add missing passwords; only its owner can read it. Raises AeroError if it is damaged."""
        try:
            known = json.loads(file.read_text()) if file.exists() else {}
        except ValueError as error:
            raise AeroError(
                f"{file} is damaged: {error}", cure="Restore it, or start afresh: aero up --reset (deletes all data)."
            ) from None
        database = {role: secrets.token_urlsafe(24) for role in (ADMIN_ROLE, *ROLES)} | known.get("database", {})
        key = known.get("stripe_api_key") or f"sk_test_{secrets.token_hex(16)}"
        loaded = cls(database=database, stripe_api_key=key)
        if {"database": database, "stripe_api_key": key} != known:
            loaded._write(file)
        return loaded

    def _write(self, file: Path) -> None:
        new = file.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            json.dump({"database": self.database, "stripe_api_key": self.stripe_api_key}, stream, indent=2)
        new.replace(file)
