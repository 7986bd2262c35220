"""Helpers of the payments' tests."""
