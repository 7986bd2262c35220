"""`python -m aero`."""

from __future__ import annotations

from aero.cli import app

app(prog_name="aero")
