"""Writes the past into the contexts, each through its own use cases and as its own database role."""
