"""Tracking events as JSON, and the foreign events that tell their further course."""
