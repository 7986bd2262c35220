"""Helpers of the proxy's tests."""
