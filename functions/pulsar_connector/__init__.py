"""The Pulsar connector: publishes the outboxes (relay) and invokes the consumers (bridge)."""
