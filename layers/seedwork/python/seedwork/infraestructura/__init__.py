"""Adapters for every context: PostgreSQL, the event store, the HTTP edge, idempotency, batches, logs."""
