"""The JSON form of payments' own events, and the foreign event that payments reacts to."""
