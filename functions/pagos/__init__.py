"""Payments to affiliates: accepted at once, and paid exactly once by the gateway."""
