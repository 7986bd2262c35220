"""Helpers of the reports' tests."""
