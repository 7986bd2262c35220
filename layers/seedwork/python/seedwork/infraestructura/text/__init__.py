"""Text from outside: JSON, fields, instants, numbers and names."""
