"""The commands of `aero affiliates`."""
