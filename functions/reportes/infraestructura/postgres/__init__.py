"""The read model of reports in PostgreSQL."""
