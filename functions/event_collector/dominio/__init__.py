"""What a tracking event is, whose events are accepted, and how many."""
