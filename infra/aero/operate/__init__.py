"""Commands that inspect the running platform or work on it."""
