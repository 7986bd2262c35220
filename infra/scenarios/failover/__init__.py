"""Scenario failover: an instance of the campaigns API fails, and no client notices."""
