"""Ports for what a test starts."""

from __future__ import annotations

import os
import random

from aero.ports import free_offset

# Workers that look at the same moment must not find the same ports free: those of each have last digits of their own.
DIGITS_APART = 3


def an_offset() -> int:
    """An offset with which every port is free now, below the ports that systems give to clients."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return free_offset(start=random.randrange(10_000, 20_000, 100) + worker * DIGITS_APART)
