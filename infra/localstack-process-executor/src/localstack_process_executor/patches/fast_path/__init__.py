"""The fast path answers plain requests without LocalStack's chain of handlers."""
