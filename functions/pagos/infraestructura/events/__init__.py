"""Payments' own events as JSON, and the events of others that payments reacts to."""
