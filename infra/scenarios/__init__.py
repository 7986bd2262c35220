"""Tests the promises on the running platform: each scenario sends load, causes faults, and audits the result."""
