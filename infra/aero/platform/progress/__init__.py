"""The progress of long commands: its events and their renderers."""
