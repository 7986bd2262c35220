"""Fills the running platform with a believable company, through the use cases of each context."""
