"""The read model of reports from outside: rebuilt from history, and shown."""
