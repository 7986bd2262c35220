"""The HTTP edge of campaigns."""
