"""An outbox at work: its rows are read, published and marked."""
