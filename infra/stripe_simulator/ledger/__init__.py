"""The durable record of payments and answers."""
