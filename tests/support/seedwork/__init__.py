"""Helpers of the seedwork's tests."""
