"""What the operations of the event collector's API accept, answer and refuse."""
