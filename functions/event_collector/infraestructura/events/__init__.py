"""Tracking events as JSON, and the events of others by which they are followed."""
