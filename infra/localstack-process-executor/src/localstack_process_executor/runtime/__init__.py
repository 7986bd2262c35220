"""Execution environments: processes of functions, the Runtime API that they speak, their logs and limits."""
