"""The domain of campaigns: their data, states, events and rules."""
