"""Scenario 2: an instance of the campaigns API dies, and nobody who uses it notices."""
