"""Text that comes in from outside: JSON, fields, instants, numbers and names."""
