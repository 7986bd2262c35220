"""The relay's work on dead letters: it keeps them in PostgreSQL and sends back those that are to be redriven."""
