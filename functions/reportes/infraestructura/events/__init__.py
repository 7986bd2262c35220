"""The foreign events that reports are projected from."""
