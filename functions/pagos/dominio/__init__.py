"""The domain of payments: their states, events and rules."""
