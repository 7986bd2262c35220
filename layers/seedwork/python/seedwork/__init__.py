"""The shared kernel: what every bounded context is built from, and nothing that belongs to one of them."""
