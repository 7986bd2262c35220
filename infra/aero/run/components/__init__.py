"""The components of the platform, one module each."""
