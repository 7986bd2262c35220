"""Shared parts of tests: builders, fakes that pass the real adapters' contracts, and the running platform."""
