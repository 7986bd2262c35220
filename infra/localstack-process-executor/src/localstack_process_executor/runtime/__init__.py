"""Execution environments: the processes of functions, the Runtime API that they call, their logs and limits."""
