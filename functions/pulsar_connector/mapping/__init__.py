"""An event source mapping at work: it receives messages, invokes a function, and settles each message."""
