"""One run of the platform: its start, its programs, holds, crashes, and its end."""
