"""PostgreSQL: connection, unit of work, event store, inbox, and the archiving and deletion of old rows."""
