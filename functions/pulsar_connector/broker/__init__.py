"""Pulsar as both functions use it: the client, its secret, its messages."""
