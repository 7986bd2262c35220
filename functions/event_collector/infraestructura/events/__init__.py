"""Tracking events as JSON, and the events of other contexts that continue their story."""
