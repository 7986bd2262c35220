"""What `aero status` shows."""
