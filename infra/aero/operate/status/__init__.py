"""The parts of `aero status`."""
