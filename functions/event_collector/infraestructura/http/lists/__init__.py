"""The lists of events and the counts of recent ones."""
