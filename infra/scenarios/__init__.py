"""The promises, tried out on the running platform: load, faults, and an audit of what came of it."""
