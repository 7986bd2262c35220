"""What tests of the connector work with: topics, outboxes, functions, runs."""
