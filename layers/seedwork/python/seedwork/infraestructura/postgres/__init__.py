"""PostgreSQL: connection, unit of work, event store, inbox and what becomes of old rows."""
