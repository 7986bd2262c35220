"""The durable record of what was paid and of what was answered."""
