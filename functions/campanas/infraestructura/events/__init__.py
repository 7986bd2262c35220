"""Campaigns' own events as JSON, and the events of others that campaigns count."""
