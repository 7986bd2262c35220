"""The environment of the portal, read once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The address of the payment gateway's simulator, empty where payments go to a real gateway."""

    simulator: str

    @classmethod
    def from_env(cls) -> Self:
        """Read the variables set by the template. A gateway on this machine is the simulator."""
        gateway = os.environ.get("STRIPE_API_BASE", "")
        parts = urlsplit(gateway)
        is_simulator = parts.scheme == "http" and parts.hostname in LOOPBACK
        return cls(simulator=f"http://{parts.netloc}" if is_simulator else "")
