"""Helpers of the event collector's tests."""
