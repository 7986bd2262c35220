"""The use cases of reports: query them, keep them up to date, and choose their version."""
