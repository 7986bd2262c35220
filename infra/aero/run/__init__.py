"""One run of the platform: its start, programs, holds, crashes and end."""
