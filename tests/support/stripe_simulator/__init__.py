"""Helpers for tests with the Stripe simulator."""
