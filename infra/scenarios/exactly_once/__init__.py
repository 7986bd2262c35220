"""Scenario exactly-once: payments and conversions sent repeatedly, out of order and under faults are paid once each."""
