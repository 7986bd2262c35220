"""The operations API: what waits in mappings and outboxes, and the dead letters."""
