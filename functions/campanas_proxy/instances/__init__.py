"""The two instances: how each is invoked, counted, kept out by its breaker, and looked at."""
