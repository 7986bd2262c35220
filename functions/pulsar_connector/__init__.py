"""The Pulsar connector: the relay publishes the outboxes, the bridge invokes the consumers."""
