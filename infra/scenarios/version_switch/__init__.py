"""Scenario version-switch: the report changes its version under load, and no request fails."""
