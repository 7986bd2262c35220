"""Payments to affiliates: accepted at once, paid by the gateway exactly once."""
