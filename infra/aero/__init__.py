"""Runs the whole platform on this machine: the `aero` command."""
