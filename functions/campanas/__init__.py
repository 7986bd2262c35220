"""Campaigns of affiliates: their budget, dates, state and metrics."""
