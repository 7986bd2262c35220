"""What a report says, of which period, and in which version."""
