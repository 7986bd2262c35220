"""One run of a function: its configuration, its threads, its deadline, its metrics."""
