"""The event collector's adapters to PostgreSQL, DynamoDB, HTTP and events."""
