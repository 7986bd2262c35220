"""`python -m stripe_simulator` runs the command."""

from __future__ import annotations

from stripe_simulator.cli import app

app(prog_name="python -m stripe_simulator")
