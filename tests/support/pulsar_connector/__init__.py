"""Helpers for tests of the connector: topics, outboxes, functions, runs."""
