"""Tracking events, affiliates and statistics in PostgreSQL."""
