"""The campaigns proxy: what one instance cannot serve, the other does, within the same request."""
