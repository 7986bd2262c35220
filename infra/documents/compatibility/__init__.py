"""Compares the documents and the contracts with a committed baseline: what a consumer relies on must stay."""
