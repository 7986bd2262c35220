"""Helpers of the portal's tests."""
