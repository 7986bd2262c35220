"""The events of others that reports are made of."""
