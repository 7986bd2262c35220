"""The HTTP edge of the event collector."""
