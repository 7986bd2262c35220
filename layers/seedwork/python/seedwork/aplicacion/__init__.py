"""What use cases share: the unit of work."""
