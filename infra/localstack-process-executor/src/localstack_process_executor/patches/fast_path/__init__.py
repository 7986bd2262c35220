"""Plain requests answered without LocalStack's chain of handlers."""
