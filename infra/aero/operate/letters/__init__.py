"""Dead letters, as the connector's operations API shows them to `aero dlq`."""
