"""Adapters that every context needs: PostgreSQL, the event store, the HTTP edge, idempotency, batches, logs."""
