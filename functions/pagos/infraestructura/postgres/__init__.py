"""Payments and commissions in PostgreSQL."""
