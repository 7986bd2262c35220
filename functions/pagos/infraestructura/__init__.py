"""The adapters of payments for PostgreSQL, Stripe, HTTP and events."""
