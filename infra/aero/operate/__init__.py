"""Commands that look at the running platform, or work on it."""
