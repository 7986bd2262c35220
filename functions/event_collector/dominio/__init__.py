"""The domain of tracking events: the events, their affiliates, and the affiliates' limits."""
