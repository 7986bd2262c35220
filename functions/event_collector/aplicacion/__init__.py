"""Accepting events one by one and in batches, following what becomes of them, and having them published again."""
