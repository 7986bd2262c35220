"""The HTTP edge: the application, what it reads, and errors as problem details."""
