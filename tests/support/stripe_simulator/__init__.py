"""The simulator as a process."""
