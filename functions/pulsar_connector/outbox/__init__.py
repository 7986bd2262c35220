"""An outbox at work: read its rows, publish them, mark them."""
