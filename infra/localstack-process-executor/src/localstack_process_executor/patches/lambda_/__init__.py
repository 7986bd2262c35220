"""Changes in LocalStack's Lambda service."""
