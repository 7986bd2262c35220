"""One run of a function: its configuration, threads, deadline and metrics."""
