"""The caching of answers by clients."""
