"""The programs that make up the platform, one module each."""
