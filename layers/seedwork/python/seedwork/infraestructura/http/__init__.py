"""The HTTP edge: the application, its input, and errors as problem details."""
