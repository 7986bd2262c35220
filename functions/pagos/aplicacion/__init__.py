"""The use cases of payments: the table of contents of this context."""
