"""Scenario 3: payments and conversions that come repeated, out of order and under faults are each paid once."""
