"""The command line: one file for each command group, which parses, calls and prints."""
