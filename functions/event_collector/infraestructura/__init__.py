"""How the event collector reaches PostgreSQL, DynamoDB and HTTP."""
