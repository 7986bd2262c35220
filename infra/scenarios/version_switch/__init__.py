"""Scenario 9: the report changes its version under load, and no request fails."""
