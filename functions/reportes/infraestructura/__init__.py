"""The adapters of reports to PostgreSQL, Parameter Store, HTTP and events."""
