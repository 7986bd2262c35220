"""`python -m aero`."""

from __future__ import annotations

from aero.cli.app import app

app(prog_name="aero")
