"""Helpers of the campaigns' tests."""
