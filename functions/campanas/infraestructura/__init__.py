"""The adapters of campaigns for PostgreSQL, HTTP and events."""
